/** Time left, for the eye and for the ear. */
import type { Language } from "./i18n";

/** `1:05:09` or `05:09`; a second that has begun counts, so that it is 00:00 at the end and not before. */
export function clockFace(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** In whole minutes, in the last minute at 30 and 10 seconds: what changes is read out, and no more. */
export function spokenTime(leftMs: number, language: Language): string {
  const seconds = Math.ceil(leftMs / 1000);
  if (seconds > 60) {
    const minutes = Math.ceil(seconds / 60);
    return language === "zh" ? `剩余约 ${minutes} 分钟` : `about ${minutes} minutes left`;
  }
  const step = [10, 30, 60].find((mark) => seconds <= mark) ?? 60;
  if (seconds === 0) return language === "zh" ? "时间到" : "time is up";
  return language === "zh" ? `剩余不到 ${step} 秒` : `less than ${step} seconds left`;
}
