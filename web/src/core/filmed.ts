/** When a segment was filmed: a page hears of begin and end by and by, and content has a clock of its own. */
import { LONGEST_MS, type Segment } from "./segment";
import { longestSilence } from "./segment_log";

/** By so much, page and content may differ. */
const BELIEVED_MS = 1_000;
/** By so much more a segment may claim than it plays (verification's edge). */
const TAIL_MS = 2_000;
/** By so much, slices of MP4 come at most: with every keyframe, and later from a busy page. */
const MP4_SILENT_MS = 15_000;
const SLICE_MS = 1_000;

/**
 * When a segment was filmed, where that is not what the page believes, by what it plays.
 *
 * Longer: a busy page heard of the first slice late, and took the camera to have been slow; it began before. Shorter:
 * the device slept or the encoder stalled, and the end was heard of long after the last frame, or a crash cut it off;
 * where slices came all the time, the camera was slow to begin. A screen that stands still has no frames, and is believed.
 * MP4 does not say what it plays: there a long silence alone is the end.
 */
export function filmedBetween(
  segment: Segment,
  endedAt: number,
  played: number | null,
  wasCutOff: boolean,
): [beganAt: number, endedAt: number] {
  const { kind, startedAt } = segment;
  const longest = (beganAt: number, atEnd: number): [number, number] => [beganAt, Math.min(atEnd, beganAt + LONGEST_MS)];
  const silence = kind === "screen" ? null : longestSilence(segment, endedAt);
  if (played === null) {
    return longest(startedAt, silence && silence.ms > MP4_SILENT_MS ? silence.since + SLICE_MS : endedAt);
  }
  const beyondMs = endedAt - startedAt - played;
  if (beyondMs < -BELIEVED_MS) return longest(endedAt - played, endedAt);
  if (kind === "screen" || beyondMs <= TAIL_MS) return longest(startedAt, endedAt);
  const endIsUnknown = wasCutOff || (silence !== null && silence.ms > TAIL_MS);
  return endIsUnknown ? longest(startedAt, startedAt + played) : longest(endedAt - played, endedAt);
}
