import { expect, test } from "vitest";
import { beatsOf } from "./burst";

test("a burst begins and ends facing the camera, and faces it after every turn", () => {
  const prompts = beatsOf(["left", "right", "left"], 12).map((beat) => beat.prompt);
  expect(prompts).toEqual(["hold", "left", "hold", "right", "hold", "left", "hold"]);
});

test.each([
  [3, 12],
  [3, 8],
  [2, 12],
])("%i turns take at most %i pictures, and one at least of each pose", (turns, most) => {
  const beats = beatsOf(Array.from({ length: turns }, () => "left"), most);
  expect(beats.flatMap((beat) => beat.takeAtMs).length).toBeLessThanOrEqual(most);
  for (const beat of beats) {
    expect(beat.takeAtMs.length).toBeGreaterThan(0);
    expect(Math.max(...beat.takeAtMs)).toBeLessThan(beat.lastsMs);
  }
});
