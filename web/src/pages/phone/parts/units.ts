/** Durations, sizes and times of day as people say them. */
import { useI18n } from "vue-i18n";
import { useLanguage } from "../../kit";

export interface Units {
  duration(ms: number): string;
  size(bytes: number): string;
  time(atMs: number): string;
  percent(part: number): string;
}

export function useUnits(): Units {
  const { t } = useI18n();
  const { language } = useLanguage();
  return {
    duration(ms) {
      const seconds = Math.max(0, Math.round(ms / 1000));
      const hours = Math.floor(seconds / 3600);
      const minutes = Math.floor((seconds % 3600) / 60);
      const told = [
        hours > 0 ? t("units.hours", { n: hours }) : "",
        minutes > 0 ? t("units.minutes", { n: minutes }) : "",
        hours === 0 && (minutes === 0 || seconds % 60 > 0) ? t("units.seconds", { n: seconds % 60 }) : "",
      ];
      return told.filter((part) => part !== "").join(" ");
    },
    size: (bytes) => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`),
    time: (atMs) =>
      new Intl.DateTimeFormat(language.value === "zh" ? "zh-CN" : "en-GB", {
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
      }).format(atMs),
    percent: (part) => `${Math.round(part * 100)} %`,
  };
}
