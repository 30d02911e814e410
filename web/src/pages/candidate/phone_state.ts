/** The phone, as the server knows it. */
import type { RecordingView, SittingView } from "../../generated/api";

export interface PhoneState {
  readonly state: "none" | "quiet" | "recording" | "arrived";
  /** Segments that the server has, and of them the verified. */
  readonly arrived: number;
  readonly verified: number;
}

export function phoneOf(sitting: SittingView | null, recordings: readonly RecordingView[]): PhoneState {
  const evidence = recordings.find((one) => one.kind === "evidence");
  const segments = evidence?.segments ?? [];
  const arrived = segments.filter((one) => one.state !== "declared").length;
  const verified = segments.filter((one) => one.state === "verified").length;
  const bound = sitting !== null && "bind_evidence" in sitting.on_record;
  if (evidence?.arrived) return { state: "arrived", arrived, verified };
  if (!bound) return { state: "none", arrived, verified };
  return { state: arrived > 0 ? "recording" : "quiet", arrived, verified };
}
