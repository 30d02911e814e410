import { expect, test } from "vitest";
import { gapsOf, lostMs, recordedMs } from "./gaps";

const SECOND = 1_000;
const stretch = (from: number, to: number) => ({ startedAt: from * SECOND, endedAt: to * SECOND });

test("segments that follow each other leave no gap", () => {
  expect(gapsOf([stretch(0, 120), stretch(120.2, 240)], null)).toEqual([]);
});

test("a call of a minute is one gap, told with its beginning and end, in whatever order segments come", () => {
  const gaps = gapsOf([stretch(180, 240), stretch(0, 120)], null);

  expect(gaps).toEqual([{ from: 120 * SECOND, to: 180 * SECOND }]);
  expect(lostMs(gaps)).toBe(60 * SECOND);
});

test("what another segment covers is no gap", () => {
  expect(gapsOf([stretch(0, 100), stretch(10, 20), stretch(100, 110)], null)).toEqual([]);
});

test("a camera that is gone now makes a gap that grows", () => {
  expect(gapsOf([stretch(0, 120)], 121 * SECOND)).toEqual([]);
  expect(gapsOf([stretch(0, 120)], 150 * SECOND)).toEqual([{ from: 120 * SECOND, to: 150 * SECOND }]);
});

test("before anything was recorded there is nothing to miss", () => {
  expect(gapsOf([], 500 * SECOND)).toEqual([]);
});

test("recorded time counts an overlap once", () => {
  expect(recordedMs([stretch(0, 10), stretch(5, 12), stretch(20, 21)])).toBe(13 * SECOND);
});
