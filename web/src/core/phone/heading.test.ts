import { expect, test } from "vitest";
import { headingOf, turnBetween } from "./heading";

test("an upright phone's camera points north when its top would, lying flat", () => {
  expect(headingOf(0, 90, 0)).toBeCloseTo(0);
  expect(headingOf(90, 90, 0)).toBeCloseTo(270);
  expect(headingOf(270, 90, 0)).toBeCloseTo(90);
});

test("leaning a little past upright does not turn the camera round, whatever the single angles do", () => {
  // The same attitude but for two degrees: the sensors' angles flip, the direction must not.
  const before = headingOf(0, 89, 0);
  const after = headingOf(180, 89, 180);
  expect(Math.abs(turnBetween(before, after))).toBeLessThan(5);
});

test("a turn takes the shorter way over north", () => {
  expect(turnBetween(350, 10)).toBe(20);
  expect(turnBetween(10, 350)).toBe(-20);
  expect(turnBetween(90, 90)).toBe(0);
});
