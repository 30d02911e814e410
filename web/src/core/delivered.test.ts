import { describe, expect, it } from "vitest";
import { ApiError, SegmentLost } from "./errors";
import type { Progress } from "./upload_progress";
import { failuresOf, isAtAnEnd, isDelivered, wantedOf } from "./delivered";

const refused = (code: string): ApiError => new ApiError(409, code, { zh: "拒绝", en: "refused" }, {});

function progress(settled: boolean, ...errors: Error[]): Progress {
  const givenUp = errors.map((error, at) => ({ segmentNo: at + 1, error: error as ApiError }));
  const camera = { kind: "camera" as const, recording: 0, waiting: 0, uploaded: 0, verified: 3, waitingBytes: 0, givenUp };
  return {
    kinds: [camera],
    waitingSegments: 0,
    waitingBytes: 0,
    bytesPerSecond: null,
    forecastMs: 0,
    online: true,
    lastError: null,
    settled,
    server: [],
  };
}

describe("a person may go", () => {
  it("when all is settled and nothing failed", () => {
    expect(isDelivered(progress(true))).toBe(true);
    expect(isDelivered(progress(false))).toBe(false);
  });

  it("not while something that is wanted did not arrive", () => {
    const late = progress(true, refused("step_refused"), new SegmentLost("camera", 2));
    expect(isDelivered(late)).toBe(false);
    expect(failuresOf(late)).toHaveLength(2);
    expect(late.kinds.map(wantedOf)).toEqual([5]);
  });

  it("when what is left was recorded beside the next device", () => {
    const beside = progress(true, refused("recorded_after_move"));
    expect(isDelivered(beside)).toBe(true);
    expect(failuresOf(beside)).toEqual([]);
    expect(beside.kinds.map(wantedOf)).toEqual([3]);
  });
});

describe("nothing more goes up by itself", () => {
  const unauthorized = (code: string): ApiError => new ApiError(401, code, { zh: "拒绝", en: "refused" }, {});

  it("when all is settled, refused or not", () => {
    expect(isAtAnEnd(progress(true), false)).toBe(true);
    expect(isAtAnEnd(progress(true, refused("step_refused")), false)).toBe(true);
  });

  it("when the session is over for good", () => {
    expect(isAtAnEnd(progress(false), true)).toBe(true);
    expect(isAtAnEnd({ ...progress(false), lastError: unauthorized("session_revoked") }, false)).toBe(true);
  });

  it("not while a token can be renewed, or nobody answers", () => {
    expect(isAtAnEnd({ ...progress(false), lastError: unauthorized("session_expired") }, false)).toBe(false);
    expect(isAtAnEnd({ ...progress(false), online: false }, false)).toBe(false);
  });
});
