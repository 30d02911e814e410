import { expect, test } from "vitest";
import { type Condition, isGrave, storageLastsMs, warningsOf } from "./warnings";

const HOUR_MS = 3_600_000;
const FINE: Condition = {
  battery: 0.9,
  charging: true,
  freeBytes: 20e9,
  aheadMs: 2 * HOUR_MS,
  awake: true,
};

test("a plugged phone with space and a screen that stays on is warned of nothing", () => {
  expect(warningsOf(FINE)).toEqual([]);
});

test("a browser that tells nothing raises no false alarm", () => {
  expect(warningsOf({ ...FINE, battery: null, charging: null, freeBytes: null, aheadMs: null })).toEqual([]);
});

test.each([
  [0.95, "battery_unplugged"],
  [0.45, "battery_low"],
  [0.25, "battery_low"],
  [0.08, "battery_empty"],
] as const)("unplugged at %f with two hours ahead: %s", (battery, warning) => {
  expect(warningsOf({ ...FINE, charging: false, battery })).toEqual([warning]);
});

test("an empty battery on its charger is no matter", () => {
  expect(warningsOf({ ...FINE, battery: 0.05 })).toEqual([]);
});

test("storage must last for what is ahead, with nothing delivered", () => {
  expect(warningsOf({ ...FINE, freeBytes: 2e9 })).toEqual(["storage_low"]);
  expect(warningsOf({ ...FINE, freeBytes: 2e9, aheadMs: HOUR_MS })).toEqual([]);
  expect(warningsOf({ ...FINE, freeBytes: 50e6 })).toEqual(["storage_full"]);
  expect(storageLastsMs(3.5e9)).toBe(10_000_000);
});

test("only what ends the recording within minutes is an alarm", () => {
  const all = warningsOf({ ...FINE, charging: false, battery: 0.05, freeBytes: 1e6, awake: false });

  expect(all).toEqual(["battery_empty", "storage_full", "screen_may_sleep"]);
  expect(all.map(isGrave)).toEqual([true, true, false]);
});
