/** The timeline's geometry: instants to pixels, lanes of segments, marks of events, ticks at round times. */
import type { Entry, Schedule, Span } from "../../../generated/api";
import { readInstant } from "../../../core/instants";
import type { Arrival } from "../board/coverage";

export interface Box {
  readonly x: number;
  readonly width: number;
}

export interface SegmentBox extends Box {
  readonly kind: string;
  readonly segmentNo: number;
  readonly state: string;
}

export interface Lane {
  readonly kind: string;
  readonly segments: readonly SegmentBox[];
  /** Where something is required of the recording and nothing has arrived. */
  readonly gaps: readonly Box[];
}

/** Events that would lie upon one another are one mark. */
export interface Mark {
  readonly x: number;
  readonly entries: readonly Entry[];
}

export interface Tick {
  readonly x: number;
  readonly at: number;
}

const MINUTE_MS = 60_000;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * MINUTE_MS);
const LEAST_TICK_PX = 80;
const LEAST_WIDTH_PX = 2;
const ONE_MARK_PX = 8;

export class Axis {
  constructor(
    readonly frame: Span,
    readonly width: number,
  ) {}

  /** Where an instant lies; what is outside of the frame lies at its edge. */
  x(at: number): number {
    const { start_ms, end_ms } = this.frame;
    const share = (at - start_ms) / Math.max(1, end_ms - start_ms);
    return Math.min(1, Math.max(0, share)) * this.width;
  }

  /** A span as a box, wide enough to be seen; null if nothing of it is inside. */
  box({ start_ms, end_ms }: Span): Box | null {
    if (end_ms <= this.frame.start_ms || start_ms >= this.frame.end_ms) return null;
    const x = this.x(start_ms);
    return { x, width: Math.max(LEAST_WIDTH_PX, this.x(end_ms) - x) };
  }

  /** Ticks at round times of the clock, no closer than can be read. */
  ticks(): Tick[] {
    const { start_ms, end_ms } = this.frame;
    const least = ((end_ms - start_ms) * LEAST_TICK_PX) / Math.max(1, this.width);
    const step = STEPS_MS.find((each) => each >= least) ?? STEPS_MS.at(-1) ?? MINUTE_MS;
    const ticks: Tick[] = [];
    for (let at = Math.ceil(start_ms / step) * step; at <= end_ms; at += step) ticks.push({ at, x: this.x(at) });
    return ticks;
  }
}

/** From the first that is known to the last: the schedule's day, and what lies before or after it. */
export function frameOf(schedule: Schedule, arrivals: readonly Arrival[], entries: readonly Entry[], nowMs: number): Span {
  const known = [
    ...arrivals.flatMap((arrival) => arrival.segments.flatMap(({ span }) => [span.start_ms, span.end_ms])),
    ...entries.map((entry) => readInstant(entry.at)),
  ];
  const start_ms = Math.min(...known, nowMs, readInstant(schedule.entry_opens_at));
  const end_ms = Math.max(...known, Math.min(nowMs, readInstant(schedule.ends_at)), start_ms + MINUTE_MS);
  return { start_ms, end_ms };
}

export function laneOf(arrival: Arrival, axis: Axis, required: Span | null): Lane {
  const segments = arrival.segments.flatMap((segment): SegmentBox[] => {
    const box = axis.box(segment.span);
    return box ? [{ ...box, kind: arrival.kind, segmentNo: segment.segment_no, state: segment.state }] : [];
  });
  const there = arrival.segments.filter((segment) => segment.state !== "declared").map((segment) => segment.span);
  const gaps = required === null ? [] : gapsOf(there, required).flatMap((gap) => axis.box(gap) ?? []);
  return { kind: arrival.kind, segments, gaps };
}

/** What of a frame no span covers. */
export function gapsOf(spans: readonly Span[], frame: Span): Span[] {
  const gaps: Span[] = [];
  let until = frame.start_ms;
  for (const { start_ms, end_ms } of [...spans].sort((one, other) => one.start_ms - other.start_ms)) {
    if (start_ms >= frame.end_ms) break;
    if (start_ms > until) gaps.push({ start_ms: until, end_ms: start_ms });
    until = Math.max(until, end_ms);
  }
  if (until < frame.end_ms) gaps.push({ start_ms: until, end_ms: frame.end_ms });
  return gaps;
}

export function marksOf(entries: readonly Entry[], axis: Axis): Mark[] {
  const marks: { x: number; entries: Entry[] }[] = [];
  for (const entry of [...entries].sort((one, other) => readInstant(one.at) - readInstant(other.at))) {
    const x = axis.x(readInstant(entry.at));
    const last = marks.at(-1);
    if (last && x - last.x < ONE_MARK_PX) last.entries.push(entry);
    else marks.push({ x, entries: [entry] });
  }
  return marks;
}
