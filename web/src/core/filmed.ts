/** When a segment was filmed: a page hears of begin and end by and by, and content has a clock of its own. */
import type { Segment } from "./segment";

/** By so much, page and content may differ. */
const BELIEVED_MS = 1_000;
/** By so much more a segment may claim than it plays (verification's edge). */
const TAIL_MS = 2_000;
/** No segment that is longer is taken (DESIGN §8). */
const LONGEST_MS = 15 * 60_000;

/**
 * When a segment was filmed, where that is not what the page believes, by what it plays.
 *
 * Longer: a busy page heard of the first slice late, and took the camera to have been slow; it began before. Shorter:
 * the device slept or the encoder stalled, and the end was heard of long after the last frame, or a crash cut it off;
 * where slices came all the time, the camera was slow to begin. A screen that stands still has no frames, and is believed.
 */
export function filmedBetween(
  segment: Segment,
  endedAt: number,
  played: number | null,
  wasCutOff: boolean,
): [beganAt: number, endedAt: number] {
  const { kind, startedAt } = segment;
  const longest = (beganAt: number, atEnd: number): [number, number] => [beganAt, Math.min(atEnd, beganAt + LONGEST_MS)];
  if (played === null) return longest(startedAt, endedAt);
  const beyondMs = endedAt - startedAt - played;
  if (beyondMs < -BELIEVED_MS) return longest(endedAt - played, endedAt);
  if (kind === "screen" || beyondMs <= TAIL_MS) return longest(startedAt, endedAt);
  const silentMs = Math.max(segment.silentMs, endedAt - (segment.lastSliceAt ?? startedAt));
  return wasCutOff || silentMs > TAIL_MS ? longest(startedAt, startedAt + played) : longest(endedAt - played, endedAt);
}
