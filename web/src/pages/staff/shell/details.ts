/** The details of an act or an event in words; what this console does not know yet stays as it came. */
import { useI18n } from "vue-i18n";
import type { Entry } from "../../../generated/api";
import { useLanguage } from "../../kit";
import { dateTime } from "./wording";

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const CODE = /^[a-z_]+$/;
/** What people wrote is never taken for a code. */
const WRITTEN: ReadonlySet<string> = new Set(["reason", "text", "account"]);

/** @param zone the zone whose clock instants are told by */
export function useDetails(zone: () => string): (entry: Entry) => string {
  const { t, te } = useI18n();
  const { language } = useLanguage();
  const inWords = (kind: string, code: string): string => (te(`${kind}.${code}`) ? t(`${kind}.${code}`) : code);

  function plain(name: string, value: unknown): string {
    if (Array.isArray(value)) return value.map((each) => plain(name, each)).join(", ");
    if (typeof value === "object" && value !== null) return JSON.stringify(value);
    const text = String(value);
    if (WRITTEN.has(name)) return text;
    if (INSTANT.test(text)) return dateTime(text, zone(), language.value);
    return CODE.test(text) ? inWords("value", text) : text;
  }

  function say(entry: Entry, name: string, value: unknown): string {
    const isRefusal = name === "reason" && entry.what === "sign_in_refused";
    return `${inWords("detail", name)}: ${isRefusal ? inWords("refusal", String(value)) : plain(name, value)}`;
  }

  return (entry) =>
    Object.entries(entry.details)
      .filter(([name]) => name !== "received_at")
      .map(([name, value]) => say(entry, name, value))
      .join(" · ");
}
