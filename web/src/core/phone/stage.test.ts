import { expect, test } from "vitest";
import { boundMemory, type Facts, type Memory, records, type Stage, stageOf } from "./stage";

const BOUND = boundMemory(null, { sittingId: "s1", segmentSeconds: 120, at: 1_000 });
const RECORDING: Memory = { ...BOUND, pannedAt: 3_000, placedAt: 4_000 };
const STOPPED: Memory = { ...RECORDING, stoppedAt: 9_000 };

const stage = (facts: Partial<Facts>): Stage =>
  stageOf({ hasLink: false, consents: false, memory: null, settled: false, givenUp: 0, ...facts });

test("a phone goes through its stages in order, each by a fact of its own", () => {
  expect(stage({})).toBe("open");
  expect(stage({ hasLink: true })).toBe("consent");
  expect(stage({ hasLink: true, consents: true })).toBe("ready");
  expect(stage({ memory: BOUND })).toBe("pan");
  expect(stage({ memory: { ...BOUND, pannedAt: 3_000 } })).toBe("place");
  expect(stage({ memory: RECORDING })).toBe("recording");
  expect(stage({ memory: STOPPED })).toBe("delivering");
  expect(stage({ memory: STOPPED, settled: true })).toBe("arrived");
});

test("what was given up is never called arrived", () => {
  expect(stage({ memory: STOPPED, settled: true, givenUp: 1 })).toBe("stuck");
});

test("before it is stopped nothing counts as over, however settled the spool", () => {
  expect(stage({ memory: RECORDING, settled: true })).toBe("recording");
});

test("the camera runs from the pan to the stop, and at no other time", () => {
  const all: Stage[] = ["open", "consent", "ready", "pan", "place", "recording", "delivering", "stuck", "arrived"];

  expect(all.filter(records)).toEqual(["pan", "place", "recording"]);
});

test("a link scanned again asks for consent again", () => {
  expect(stage({ hasLink: true, memory: RECORDING })).toBe("consent");
});

test("the same sitting bound again goes on where it was", () => {
  const again = boundMemory(RECORDING, { sittingId: "s1", segmentSeconds: 120, at: 5_000 });

  expect(stage({ memory: again })).toBe("recording");
  expect(again.boundAt).toBe(1_000);
});

test("bound again after a stop it records on, with the room already shown", () => {
  const again = boundMemory(STOPPED, { sittingId: "s1", segmentSeconds: 120, at: 10_000 });

  expect(stage({ memory: again })).toBe("recording");
});

test("another sitting begins from the beginning", () => {
  const other = boundMemory(RECORDING, { sittingId: "s2", segmentSeconds: 60, at: 5_000 });

  expect(other).toEqual({ ...BOUND, sittingId: "s2", segmentSeconds: 60, boundAt: 5_000 });
});
