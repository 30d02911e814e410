import { describe, expect, test } from "vitest";
import { wholeLength } from "./whole";

const bytes = (...parts: (number | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flat());
const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const HEAD = [0x1a, 0x45, 0xdf, 0xa3, 0x82, 1, 2, 0x18, 0x53, 0x80, 0x67, ...UNKNOWN];
const CLUSTER = [0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN, 0xe7, 0x81, 0];
const block = (length: number): number[] => [0xa3, 0x40, length, ...Array<number>(length).fill(7)];

describe("a Matroska file that was cut off", () => {
  const whole = bytes(HEAD, CLUSTER, block(5), block(9), CLUSTER, block(4));
  const ends = [HEAD, CLUSTER, block(5), block(9), CLUSTER, block(4)].map((part) => part.length);

  test("is whole when nothing is missing", () => {
    expect(wholeLength(whole)).toBe(whole.length);
  });

  test("ends with its last complete block, wherever the cut is", () => {
    const afterFirst = (ends[0] ?? 0) + (ends[1] ?? 0) + (ends[2] ?? 0);
    const afterSecond = afterFirst + (ends[3] ?? 0);

    for (let cut = afterFirst; cut < afterSecond; cut += 1) {
      expect(wholeLength(whole.subarray(0, cut))).toBe(afterFirst);
    }
    expect(wholeLength(whole.subarray(0, afterSecond))).toBe(afterSecond);
  });

  test("is not longer than what is there, at any cut", () => {
    for (let cut = 4; cut <= whole.length; cut += 1) expect(wholeLength(whole.subarray(0, cut))).toBeLessThanOrEqual(cut);
  });
});

describe("a fragmented MP4 that was cut off", () => {
  const box = (name: string, length: number): number[] => [
    0, 0, 0, length + 8, ...[...name].map((letter) => letter.charCodeAt(0)), ...Array<number>(length).fill(3),
  ];
  const first = bytes(box("ftyp", 4), box("moov", 20), box("moof", 6), box("mdat", 30));

  test("ends with its last fragment that has its data", () => {
    expect(wholeLength(first)).toBe(first.length);
    expect(wholeLength(bytes([...first], box("moof", 6)))).toBe(first.length);
    expect(wholeLength(bytes([...first], box("moof", 6), box("mdat", 30).slice(0, 20)))).toBe(first.length);
  });

  test("without any has nothing", () => {
    expect(wholeLength(first.subarray(0, first.length - 1))).toBe(0);
  });
});

test("what is neither is left as it is", () => {
  expect(wholeLength(bytes(1, 2, 3))).toBe(3);
});
