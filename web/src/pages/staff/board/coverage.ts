/** How much of what is required a recording covers: verified, arrived, only declared. */
import type { ArrivalsView, RecordingVerdict, Span } from "../../../generated/api";

export type Arrival = ArrivalsView["recordings"][number];

export interface Coverage {
  readonly kind: string;
  /** Shares of the required time, 0 to 1, each without the ones before. */
  readonly verified: number;
  readonly arrived: number;
  readonly declared: number;
  readonly damaged: number;
}

/** The time that spans cover together within a frame, overlaps counted once. */
export function unionMs(spans: readonly Span[], frame: Span): number {
  const inside = spans
    .map(({ start_ms, end_ms }) => ({ from: Math.max(start_ms, frame.start_ms), to: Math.min(end_ms, frame.end_ms) }))
    .filter(({ from, to }) => to > from)
    .sort((one, other) => one.from - other.from);
  let [total, until] = [0, -Infinity];
  for (const { from, to } of inside) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
}

export function coverageOf(arrival: Arrival, required: Span): Coverage {
  const whole = Math.max(1, required.end_ms - required.start_ms);
  const of = (...states: string[]): Span[] => arrival.segments.filter((s) => states.includes(s.state)).map((s) => s.span);
  const played = arrival.segments.filter((s) => s.state === "verified").flatMap((s) => [...s.played]);
  const verified = unionMs(played, required);
  const arrived = unionMs([...played, ...of("uploaded")], required);
  const damaged = unionMs([...played, ...of("uploaded", "damaged")], required);
  const declared = unionMs([...played, ...of("uploaded", "damaged", "declared")], required);
  return {
    kind: arrival.kind,
    verified: verified / whole,
    arrived: (arrived - verified) / whole,
    damaged: (damaged - arrived) / whole,
    declared: (declared - damaged) / whole,
  };
}

/** The same of a verdict, once there is one. */
export function coverageOfVerdict(judged: RecordingVerdict): Coverage {
  const verified = judged.required_ms > 0 ? judged.coverage_ms / judged.required_ms : 1;
  return { kind: judged.kind, verified: Math.min(1, verified), arrived: 0, declared: 0, damaged: 0 };
}

/** What is required until now: from entering (evidence: from its first segment) to now or the end. */
export function requiredNow(arrival: Arrival, enteredAt: number, endsAt: number, nowMs: number): Span {
  const first = arrival.segments[0]?.span.start_ms ?? enteredAt;
  const start_ms = arrival.kind === "evidence" ? Math.min(first, enteredAt) : enteredAt;
  return { start_ms, end_ms: Math.max(start_ms, Math.min(nowMs, endsAt)) };
}
