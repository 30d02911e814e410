/** The phone, as the server knows it: by its own last word, and by what of its recording arrived. */
import { readInstant } from "../../core/instants";
import type { PhoneSeen, RecordingView, SittingView } from "../../generated/api";

export interface PhoneState {
  readonly state: "none" | "quiet" | "stopped" | "recording" | "arrived";
  /** 0 to 100; null when it did not say. */
  readonly batteryPercent: number | null;
  /** Segments that the server has, and of them the verified. */
  readonly arrived: number;
  readonly verified: number;
}

/** It beats every 15 s; who has not for this long is offline, as is allowed. */
const QUIET_AFTER_MS = 60_000;

export function phoneOf(
  sitting: SittingView | null,
  recordings: readonly RecordingView[],
  seen: PhoneSeen | null,
  nowMs: number,
): PhoneState {
  const evidence = recordings.find((one) => one.kind === "evidence");
  const segments = evidence?.segments ?? [];
  const arrived = segments.filter((one) => one.state !== "declared").length;
  const verified = segments.filter((one) => one.state === "verified").length;
  const fresh = seen !== null && nowMs - readInstant(seen.seen_at) < QUIET_AFTER_MS;
  const batteryPercent = fresh && seen.battery !== null ? Math.round(seen.battery * 100) : null;
  const state = (): PhoneState["state"] => {
    if (evidence?.arrived) return "arrived";
    if (sitting === null || !("bind_evidence" in sitting.on_record)) return "none";
    if (!fresh) return "quiet";
    return seen.recording === false ? "stopped" : "recording";
  };
  return { state: state(), batteryPercent, arrived, verified };
}
