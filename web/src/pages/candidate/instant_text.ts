/** An instant in the exam's own zone, as its candidates read it. */
import type { Language } from "../kit";

export function instantText(atMs: number, zone: string | undefined, language: Language): string {
  const tag = language === "zh" ? "zh-CN" : "en-GB";
  const written = (timeZone: string | undefined): string =>
    new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "medium", ...(timeZone ? { timeZone } : {}) }).format(atMs);
  try {
    return written(zone);
  } catch {
    return `${written("UTC")} UTC`;
  }
}
