import { expect, test } from "vitest";
import { alarmsOf, type RecordingFacts } from "./alarms";

const GOOD: RecordingFacts = {
  wanted: true,
  cameraOn: true,
  screenOn: true,
  surface: "monitor",
  hadCamera: true,
  hadScreen: true,
  secondDisplay: false,
  troubles: [],
};
const keys = (facts: Partial<RecordingFacts>): unknown[] =>
  alarmsOf({ ...GOOD, ...facts }).map((alarm) => ("key" in alarm ? alarm.key : alarm.sentence.zh));

test("nothing is said while all is well, and nothing while nothing is to be recorded", () => {
  expect(keys({})).toEqual([]);
  expect(keys({ wanted: false, cameraOn: false, screenOn: false, secondDisplay: true })).toEqual([]);
});

test("after a reload the candidate is asked to share anew; after stopping it, told that it stopped", () => {
  expect(keys({ screenOn: false, hadScreen: false, cameraOn: false, hadCamera: false })).toEqual(["resume"]);
  expect(keys({ screenOn: false })).toEqual(["share_stopped"]);
});

test("a window that is shared for the screen is told as long as it is", () => {
  expect(keys({ surface: "window" })).toEqual(["share_not_monitor"]);
  expect(keys({ surface: "" })).toEqual([]);
});

test("each trouble is told once", () => {
  const ended = { recording: "camera", what: "track_ended", since: 0, details: {} } as const;
  const black = { recording: "camera", what: "black", since: 0, details: {} } as const;
  expect(keys({ cameraOn: false, troubles: [ended, black] })).toHaveLength(2);
});
