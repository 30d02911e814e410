import { describe, expect, test } from "vitest";
import { ApiError } from "../../core/errors";
import type { Progress } from "../../core/upload_progress";
import { failuresOf, isDelivered } from "./delivered";

function progress(settled: boolean, ...codes: string[]): Progress {
  const givenUp = codes.map((code, at) => ({
    segmentNo: at + 1,
    error: new ApiError(409, code, { zh: "不行", en: "no" }, {}),
  }));
  const kind = { kind: "camera", recording: 0, waiting: 0, uploaded: 0, verified: 1, givenUp };
  return { settled, kinds: [kind] } as unknown as Progress;
}

describe("a computer that was replaced", () => {
  test("is done once all that is wanted of it arrived", () => {
    expect(isDelivered(progress(true))).toBe(true);
    expect(isDelivered(progress(true, "recorded_after_move"))).toBe(true);
  });

  test("is not done while something is on its way, nor when something was refused that is wanted", () => {
    expect(isDelivered(progress(false))).toBe(false);
    expect(isDelivered(progress(true, "segment_conflict"))).toBe(false);
    expect(failuresOf(progress(true, "recorded_after_move", "bad_input")).map(({ segmentNo }) => segmentNo)).toEqual([2]);
  });
});
