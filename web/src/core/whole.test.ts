import { describe, expect, test } from "vitest";
import { wholeLength } from "./whole";

type Bytes = readonly number[];

const UNKNOWN: Bytes = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const WEBM_HEAD: Bytes = [0x1a, 0x45, 0xdf, 0xa3, 0x82, 7, 7, 0x18, 0x53, 0x80, 0x67, ...UNKNOWN];
const CLUSTER: Bytes = [0x1f, 0x43, 0xb6, 0x75];
const TIMECODE: Bytes = [0xe7, 0x81, 5];
const block = (length: number): Bytes => [0xa3, 0x40, length, ...Array<number>(length).fill(0xa3)];
const box = (type: string, length: number): Bytes => [
  ...[0, 0, 0, 8 + length],
  ...new TextEncoder().encode(type),
  ...Array<number>(length).fill(9),
];
const whole = (content: Bytes, mimeType = "video/webm;codecs=vp8,opus"): number =>
  wholeLength(Uint8Array.from(content), mimeType);

describe("a WebM that a crash cut off", () => {
  const complete = [...WEBM_HEAD, ...CLUSTER, ...UNKNOWN, ...TIMECODE, ...block(40), ...block(30)];

  test("ends with its last whole block, wherever in the next it was cut", () => {
    const next = block(20);
    for (let cut = 0; cut < next.length; cut += 1) {
      expect(whole([...complete, ...next.slice(0, cut)])).toBe(complete.length);
    }
    expect(whole([...complete, ...next])).toBe(complete.length + next.length);
  });

  test("does not keep the beginning of a cluster without a block", () => {
    const next = [...CLUSTER, ...UNKNOWN, ...TIMECODE];
    for (let cut = 0; cut <= next.length; cut += 1) {
      expect(whole([...complete, ...next.slice(0, cut)])).toBe(complete.length);
    }
  });

  test("goes on through clusters, of known size too", () => {
    const known = [...CLUSTER, 0x80 + 3 + 8, ...TIMECODE, ...block(5)];

    expect(whole([...complete, ...known, ...CLUSTER])).toBe(complete.length + known.length);
    expect(whole([...complete, ...known.slice(0, -1)])).toBe(complete.length);
  });

  test("without any whole block is left as it is", () => {
    expect(whole([...WEBM_HEAD, ...CLUSTER, ...UNKNOWN, ...TIMECODE, ...block(40).slice(0, 9)])).toBe(
      WEBM_HEAD.length + 4 + 8 + 3 + 9,
    );
  });
});

test("an MP4 that a crash cut off ends with its last whole fragment", () => {
  const complete = [...box("ftyp", 4), ...box("moov", 9), ...box("moof", 5), ...box("mdat", 50)];
  const next = [...box("moof", 5), ...box("mdat", 20)];

  for (let cut = 0; cut < next.length; cut += 1) {
    expect(whole([...complete, ...next.slice(0, cut)], "video/mp4")).toBe(complete.length);
  }
  expect(whole([...complete, ...next], "video/mp4")).toBe(complete.length + next.length);
});

test("what is no recording at all is left as it is", () => {
  expect(whole([0, 0, 0])).toBe(3);
  expect(whole([1, 2, 3, 4, 5, 6, 7, 8, 9], "video/mp4")).toBe(9);
});
