/** The details of an act or an event in words; what this console does not know yet stays as it came. */
import { useI18n } from "vue-i18n";
import type { Entry } from "../../../generated/api";

export function useDetails(): (details: Entry["details"]) => string {
  const { t, te } = useI18n();
  const inWords = (kind: string, code: string): string => (te(`${kind}.${code}`) ? t(`${kind}.${code}`) : code);

  function plain(value: unknown): string {
    if (Array.isArray(value)) return value.map(plain).join(", ");
    if (typeof value === "object" && value !== null) return JSON.stringify(value);
    return /^[a-z_]+$/.test(String(value)) ? inWords("value", String(value)) : String(value);
  }

  return (details) =>
    Object.entries(details)
      .filter(([name]) => name !== "received_at")
      .map(([name, value]) => `${inWords("detail", name)}: ${plain(value)}`)
      .join(" · ");
}
