/** An event by its name; one that this console does not know yet by its code. */
import { useI18n } from "vue-i18n";

export function useEventName(): (what: string) => string {
  const { t, te } = useI18n();
  return (what) => (te(`event.${what}`) ? t(`event.${what}`) : what);
}
