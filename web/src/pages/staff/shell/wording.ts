/** Instants, lengths and sizes as people read them. */
import type { Language } from "../../kit";

const TAGS: Readonly<Record<Language, string>> = { zh: "zh-CN", en: "en-GB" };

/** Date and time in a zone. */
export function dateTime(at: string | number, zone: string, language: Language): string {
  return format(at, zone, language, { dateStyle: "medium", timeStyle: "medium" });
}

/** Only the time of day, to the second. */
export function timeOfDay(at: string | number, zone: string, language: Language): string {
  return format(at, zone, language, { timeStyle: "medium" });
}

/** `1:05:09` or `5:09`; negative lengths count as none. */
export function length(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** By how much: `+5:00`, `−5:00`, or a dash. */
export function shift(ms: number): string {
  return ms === 0 ? "—" : `${ms < 0 ? "−" : "+"}${length(Math.abs(ms))}`;
}

/** A short age: `12 s`, `3 min`, `2 h`. */
export function age(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [value, zh, en] =
    seconds < 100
      ? [seconds, "秒", "s"]
      : seconds < 6000
        ? [Math.round(seconds / 60), "分钟", "min"]
        : [Math.round(seconds / 3600), "小时", "h"];
  return `${value} ${language === "zh" ? zh : en}`;
}

/** Bytes in decimal units. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} KB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function format(at: string | number, zone: string, language: Language, options: Intl.DateTimeFormatOptions): string {
  const format = (timeZone: string): string =>
    new Intl.DateTimeFormat(TAGS[language], { ...options, timeZone, hour12: false }).format(new Date(at));
  try {
    return format(zone);
  } catch {
    // One exam with a zone that this browser does not know must not take the list from everybody.
    return `${format("UTC")} UTC`;
  }
}
