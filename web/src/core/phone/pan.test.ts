import { expect, test } from "vitest";
import { upTo360 } from "./heading";
import { headTo, NO_PAN, type Pan, progressOf, turnBy } from "./pan";

const STEP_MS = 100;

/** Turn at so many degrees a second for a while, read ten times a second. */
function turned(pan: Pan, degPerS: number, forMs: number, fromMs = 0): Pan {
  let after = pan;
  for (let at = STEP_MS; at <= forMs; at += STEP_MS) {
    after = headTo(after, upTo360((pan.heading ?? 200) + (degPerS * at) / 1000), fromMs + at);
  }
  return after;
}

test("a slow turn all round is done, to the right and to the left, over north too", () => {
  for (const degPerS of [30, -30]) {
    const half = turned(headTo(NO_PAN, 200, 0), degPerS, 6_000);
    expect(progressOf(half, 6_000).turned).toBeCloseTo(0.5, 1);
    expect(progressOf(half, 6_000).advice).toBe("go_on");

    const whole = turned(half, degPerS, 6_000, 6_000);
    expect(progressOf(whole, 12_000)).toMatchObject({ turned: 1, advice: "done" });
  }
});

test("swinging to and fro over one corner is no turn, however long", () => {
  let pan = headTo(NO_PAN, 90, 0);
  for (let swing = 0; swing < 20; swing += 1) pan = turned(pan, swing % 2 ? -40 : 40, 2_000, swing * 2_000);

  expect(progressOf(pan, 40_000).turnedDeg).toBeCloseTo(80, 0);
  expect(progressOf(pan, 40_000).advice).not.toBe("done");
});

test("turning back from the middle and on to the other side counts each direction once", () => {
  const right = turned(headTo(NO_PAN, 0, 0), 30, 3_000);
  const left = turned(right, -30, 9_000, 3_000);

  expect(progressOf(left, 12_000).turnedDeg).toBeCloseTo(270, 0);
  expect(progressOf(left, 12_000)).toMatchObject({ toDeg: 90, nowDeg: expect.closeTo(-180, 0) });
});

test("too fast is told to be slower, standing still to turn on, and nothing at all to begin", () => {
  expect(progressOf(headTo(NO_PAN, 0, 0), 20_000).advice).toBe("begin");
  const fast = turned(headTo(NO_PAN, 0, 0), 90, 2_000);
  expect(progressOf(fast, 2_000).advice).toBe("slower");

  const still = turned(fast, 0, 5_000, 2_000);
  expect(progressOf(still, 7_000).advice).toBe("turn_on");
});

test("a sensor that jumps has not turned anybody round", () => {
  const jumped = headTo(headTo(headTo(NO_PAN, 10, 0), 190, 100), 10, 200);

  expect(progressOf(jumped, 200).turnedDeg).toBe(0);
});

test("without a sensor the picture's own motion is summed up", () => {
  let pan = NO_PAN;
  for (let at = 0; at <= 12_000; at += 250) pan = turnBy(pan, 7.5, at);

  expect(progressOf(pan, 12_000).advice).toBe("done");
});
