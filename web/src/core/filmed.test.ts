import { expect, test } from "vitest";
import { filmedBetween } from "./filmed";
import type { RecordingKind, Segment } from "./segment";

const MINUTE = 60_000;
const segment = (kind: RecordingKind, more: Partial<Segment> = {}): Segment => ({
  id: "one",
  kind,
  segmentNo: 1,
  phase: "recording",
  mimeType: "video/webm",
  startedAt: 0,
  lastSliceAt: MINUTE,
  silence: { since: 30_000, ms: 1_100 },
  seal: null,
  ...more,
});

// Begin, end and what is played in ms; a segment is said to have run from 0 to a minute unless it says otherwise.
test.each([
  ["a healthy camera is believed", segment("camera"), MINUTE, 59_960, false, [0, MINUTE]],
  ["and so is one whose last frames a crash cut off", segment("camera"), MINUTE, 58_100, true, [0, MINUTE]],
  ["what plays longer began before", segment("camera"), MINUTE, 65_000, false, [-5_000, MINUTE]],
  ["a camera that was slow to begin began late", segment("camera"), MINUTE, 57_500, false, [2_500, MINUTE]],
  ["a device that slept ended with its last frame", segment("evidence", { silence: { since: MINUTE, ms: 600_000 } }), 11 * MINUTE, 61_000, false, [0, 61_000]],
  ["and so did one that was ended after a silence", segment("camera"), 3 * MINUTE, MINUTE, false, [0, MINUTE]],
  ["and one that a crash cut off", segment("camera"), MINUTE, 57_000, true, [0, 57_000]],
  ["a hidden page that hears in bursts is believed", segment("camera", { silence: { since: 30_000, ms: 9_000 } }), MINUTE, 59_500, false, [0, MINUTE]],
  ["a screen that stands still is believed", segment("screen"), MINUTE, 300, false, [0, MINUTE]],
  ["what does not say how long it plays is believed", segment("camera"), MINUTE, null, false, [0, MINUTE]],
  ["but not that it was filmed while the device slept", segment("evidence"), 11 * MINUTE, null, false, [0, MINUTE + 1_000]],
  ["a screen is, since it may stand still", segment("screen"), 11 * MINUTE, null, false, [0, 11 * MINUTE]],
  ["no segment is longer than the server takes", segment("screen"), 70 * MINUTE, 300, false, [0, 15 * MINUTE]],
] as const)("%s", (_, one, endedAt, played, wasCutOff, expected) => {
  expect(filmedBetween(one, endedAt, played, wasCutOff)).toEqual(expected);
});
