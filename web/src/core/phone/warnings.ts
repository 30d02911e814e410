/** What a phone that is to record for hours should be warned of, in time to mend it. */

export interface Condition {
  /** 0 to 1; null where the browser does not tell. */
  readonly battery: number | null;
  readonly charging: boolean | null;
  /** Bytes that this page may still store; null where the browser does not tell. */
  readonly freeBytes: number | null;
  /** Until the recording may end, in ms; null while unknown. */
  readonly aheadMs: number | null;
  readonly awake: boolean;
}

export type Warning =
  | "battery_empty"
  | "battery_low"
  | "battery_unplugged"
  | "storage_full"
  | "storage_low"
  | "screen_may_sleep";

/** What a phone's picture of 720p with sound takes; the measured rate may be less. */
export const BYTES_PER_S = 350_000;
/** A phone that films loses about a fifth of its battery an hour. */
const BATTERY_PER_HOUR = 0.2;
const HOUR_MS = 3_600_000;
const ALMOST_EMPTY = 0.1;
const LOW = 0.3;
/** Too little for a further segment. */
const ALMOST_FULL_BYTES = 100e6;

/** The gravest first. */
export function warningsOf(condition: Condition): Warning[] {
  return [batteryWarning(condition), storageWarning(condition), condition.awake ? null : "screen_may_sleep"].filter(
    (warning) => warning !== null,
  ) as Warning[];
}

/** Whether it must be told as an alarm. */
export function isGrave(warning: Warning): boolean {
  return warning === "battery_empty" || warning === "storage_full";
}

function batteryWarning({ battery, charging, aheadMs }: Condition): Warning | null {
  if (battery === null || charging !== false) return null;
  if (battery < ALMOST_EMPTY) return "battery_empty";
  const needed = (BATTERY_PER_HOUR * (aheadMs ?? 2 * HOUR_MS)) / HOUR_MS;
  if (battery < LOW || battery - ALMOST_EMPTY < needed) return "battery_low";
  return "battery_unplugged";
}

function storageWarning({ freeBytes, aheadMs }: Condition): Warning | null {
  if (freeBytes === null) return null;
  if (freeBytes < ALMOST_FULL_BYTES) return "storage_full";
  return aheadMs !== null && freeBytes < (BYTES_PER_S * aheadMs) / 1000 ? "storage_low" : null;
}

/** For how long the storage lasts with nothing delivered, in ms; null while unknown. */
export function storageLastsMs(freeBytes: number | null): number | null {
  return freeBytes === null ? null : (freeBytes / BYTES_PER_S) * 1000;
}
