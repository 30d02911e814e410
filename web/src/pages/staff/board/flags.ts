/** What a proctor should look at: facts with their numbers, by the server's time. People decide. */
import { readInstant } from "../../../core/instants";
import type { Schedule } from "../../../generated/api";
import { forecastOf } from "./backlog";
import type { BoardEntry } from "./board_state";
import { groupOf } from "./sorting";

export type FlagKind =
  | "desktop_silent"
  | "phone_silent"
  | "not_recording"
  | "phone_not_recording"
  | "hidden"
  | "battery_low"
  | "disk_low"
  | "backlog_growing"
  | "late"
  | "incomplete"
  | "damaged";

export interface Flag {
  readonly kind: FlagKind;
  readonly level: "bad" | "warn";
  /** The number behind it: milliseconds, a share, bytes; null where there is none. */
  readonly value: number | null;
}

/** A heartbeat comes every few seconds; three quarters of a minute without one is not chance. */
const SILENT_MS = 45_000;
/** Phones may be in airplane mode by the rules; silence is told, but only as a fact. */
export const PHONE_SILENT_MS = 120_000;
const LOW_BATTERY = 0.15;
const LOW_DISK_BYTES = 1e9;
const LATE_MS = 5 * 60_000;
const GROWING_BYTES = 50e6;

export function flagsOf(entry: BoardEntry, schedule: Schedule, nowMs: number): Flag[] {
  const { row, desktop, phone } = entry;
  const flags: Flag[] = [];
  const flag = (kind: FlagKind, level: Flag["level"], value: number | null = null): void => void flags.push({ kind, level, value });

  if (row.verdict === "damaged") flag("damaged", "bad");
  if (row.verdict === "incomplete") flag("incomplete", "warn");
  const isIn = row.sitting_id !== null && row.ending === "under_way";
  const starts = readInstant(schedule.starts_at);
  if (isIn && row.current_step !== "wait" && nowMs < starts && nowMs >= starts - LATE_MS) flag("late", "warn", starts - nowMs);
  // Who has finished records no more; a device that still owes recordings is looked after until it has brought them.
  const isOwing = groupOf(entry) === "uploading";
  const desktopOwes = entry.desktopBacklog.at(-1)?.bytes ?? 0;
  const phoneOwes = entry.phoneBacklog.at(-1)?.bytes ?? 0;

  const entered = row.entered_at !== null;
  if (isIn || (isOwing && desktopOwes > 0)) {
    if (desktop === null || nowMs - desktop.at > SILENT_MS) {
      flag("desktop_silent", entered ? "bad" : "warn", desktop && nowMs - desktop.at);
    } else {
      if (isIn && entered && desktop.recording === false) flag("not_recording", "bad");
      if (isIn && entered && desktop.visible === false) flag("hidden", "warn");
      if (desktop.battery !== null && desktop.battery < LOW_BATTERY) flag("battery_low", "warn", desktop.battery);
      if (isIn && desktop.freeBytes !== null && desktop.freeBytes < LOW_DISK_BYTES) flag("disk_low", "warn", desktop.freeBytes);
    }
  }
  if (phone !== null && (isIn || (isOwing && phoneOwes > 0))) {
    if (nowMs - phone.at > PHONE_SILENT_MS) flag("phone_silent", "warn", nowMs - phone.at);
    else if (isIn && phone.recording === false) flag("phone_not_recording", "bad");
    if (phone.battery !== null && phone.battery < LOW_BATTERY) flag("battery_low", "warn", phone.battery);
  }
  if (!isIn) return flags;
  const left = desktopOwes + phoneOwes;
  const grows = forecastOf(entry.desktopBacklog).kind === "growing" || forecastOf(entry.phoneBacklog).kind === "growing";
  if (grows && left > GROWING_BYTES) flag("backlog_growing", "warn", left);
  return flags;
}
