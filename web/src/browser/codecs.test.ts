import { describe, expect, test } from "vitest";
import { bitsPerSecond, chooseEncoding } from "./codecs";

const only =
  (...known: string[]) =>
  (mimeType: string): boolean =>
    known.includes(mimeType);

describe("the encoding of a recording", () => {
  test("is H.264 in pieces of a second where the browser can", () => {
    expect(chooseEncoding("camera", true, () => true)?.mimeType).toBe("video/webm;codecs=h264,opus");
    expect(chooseEncoding("screen", false, () => true)?.mimeType).toBe("video/webm;codecs=h264");
  });

  test("falls back to what there is, to MP4 where there is no WebM", () => {
    expect(chooseEncoding("camera", true, only("video/mp4", "video/webm;codecs=vp8,opus"))?.mimeType).toBe(
      "video/webm;codecs=vp8,opus",
    );
    expect(chooseEncoding("evidence", true, only("video/mp4"))?.mimeType).toBe("video/mp4");
  });

  test("is none where nothing can be recorded", () => {
    expect(chooseEncoding("camera", true, () => false)).toBeNull();
  });

  test("takes so much of the network: the device check measures against it", () => {
    expect(bitsPerSecond(["camera", "screen"])).toBe(1_248_000);
  });
});
