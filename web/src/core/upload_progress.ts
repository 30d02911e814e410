/** How far a device's recordings are on their way, for the page, the heartbeat and the candidate's patience. */
import type { RecordingView } from "../generated/api";
import type { Sent } from "./delivery";
import type { ClientError } from "./errors";
import type { RecordingKind, Segment } from "./segment";

export interface KindProgress {
  readonly kind: RecordingKind;
  /** Being written, to be sent, sent and not yet judged, proved: numbers of segments. */
  readonly recording: number;
  readonly waiting: number;
  readonly uploaded: number;
  readonly verified: number;
  readonly waitingBytes: number;
  /** Will not be sent by itself any more, each with the reason. They stay on the device. */
  readonly givenUp: readonly { readonly segmentNo: number; readonly error: ClientError }[];
}

export interface Progress {
  readonly kinds: readonly KindProgress[];
  readonly waitingSegments: number;
  readonly waitingBytes: number;
  /** Of the last parts, in bytes a second; null before the first. */
  readonly bytesPerSecond: number | null;
  /** How long the rest takes at that rate; null while nobody can say. */
  readonly forecastMs: number | null;
  /** Whether the last call was answered: neither a broken network nor a busy server does. */
  readonly online: boolean;
  readonly lastError: ClientError | null;
  /** Nothing is left to send or to wait for, and the server knows of every recording that ended. */
  readonly settled: boolean;
  /** The server's last word on all recordings of the sitting that this device may see. */
  readonly server: readonly RecordingView[];
}

const RATE_OF_LAST = 20;

/** Bytes a second over the time in which parts were going up, of two lanes at once too. */
export function rateOf(sent: readonly Sent[]): number | null {
  const last = sent.slice(-RATE_OF_LAST).sort((a, b) => a.from - b.from);
  let busyMs = 0;
  let until = -Infinity;
  for (const { from, to } of last) {
    busyMs += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  const bytes = last.reduce((sum, one) => sum + one.bytes, 0);
  return busyMs > 0 ? (bytes * 1000) / busyMs : null;
}

export function kindProgress(
  kind: RecordingKind,
  segments: readonly Segment[],
  givenUp: ReadonlyMap<string, ClientError>,
): KindProgress {
  const mine = segments.filter((segment) => segment.kind === kind);
  const waiting = mine.filter((segment) => segment.phase === "sealed" && !givenUp.has(segment.id));
  const count = (phase: string): number =>
    mine.filter((segment) => segment.phase === phase && !givenUp.has(segment.id)).length;
  return {
    kind,
    recording: count("recording"),
    waiting: waiting.length,
    uploaded: count("uploaded"),
    verified: count("verified"),
    waitingBytes: waiting.reduce((sum, segment) => sum + (segment.seal?.sizeBytes ?? 0), 0),
    givenUp: mine.flatMap((segment) => {
      const error = givenUp.get(segment.id);
      return error ? [{ segmentNo: segment.segmentNo, error }] : [];
    }),
  };
}
