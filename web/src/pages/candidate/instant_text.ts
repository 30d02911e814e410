/** An instant in the exam's own zone, as its candidates read it. */
import type { Language } from "../kit";

export function instantText(atMs: number, zone: string | undefined, language: Language): string {
  const format = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "medium",
    ...(zone ? { timeZone: zone } : {}),
  });
  return format.format(atMs);
}
