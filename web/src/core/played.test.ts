import { expect, test } from "vitest";
import { playedMs } from "./played";

const bytes = (...parts: (number | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flat());
const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const HEAD = [0x1a, 0x45, 0xdf, 0xa3, 0x82, 1, 2, 0x18, 0x53, 0x80, 0x67, ...UNKNOWN];
const cluster = (ms: number): number[] => [0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN, 0xe7, 0x82, ms >> 8, ms & 0xff];
const block = (ms: number): number[] => [0xa3, 0x86, 0x81, (ms >> 8) & 0xff, ms & 0xff, 0x80, 7, 7];
const blockGroup = (ms: number): number[] => [0xa0, 0x88, 0xa1, 0x86, 0x81, (ms >> 8) & 0xff, ms & 0xff, 0x80, 7, 7];

test("it plays until its last frame, whichever track and cluster that is in", () => {
  expect(playedMs(bytes(HEAD, cluster(0), block(0), block(960), block(940)))).toBe(960);
  expect(playedMs(bytes(HEAD, cluster(0), block(0), cluster(2_000), block(-20), block(70), blockGroup(133)))).toBe(2_133);
});

test("what is cut off plays until where it is cut", () => {
  expect(playedMs(bytes(HEAD, cluster(0), block(0), block(500), [0xa3, 0x40]))).toBe(500);
});

test("what is no Matroska, or has no frame, does not say", () => {
  expect(playedMs(bytes(HEAD, cluster(0)))).toBeNull();
  expect(playedMs(bytes(0, 0, 0, 8, 0x66, 0x74, 0x79, 0x70))).toBeNull();
  expect(playedMs(bytes())).toBeNull();
});
