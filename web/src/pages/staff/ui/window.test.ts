import { describe, expect, it } from "vitest";
import { windowOf } from "./window";

const SIGHT = { height: 600, rowHeight: 50, count: 2000, around: 4 };

describe("the window on a long list", () => {
  it("shows every row at some place, and few at a time", () => {
    const seen = new Set<number>();
    for (let scrollTop = 0; scrollTop <= 2000 * 50 - 600; scrollTop += 137) {
      const { first, end } = windowOf({ ...SIGHT, scrollTop });
      expect(end - first).toBeLessThanOrEqual(600 / 50 + 2 + 2 * 4);
      for (let at = first; at < end; at += 1) seen.add(at);
    }
    const last = windowOf({ ...SIGHT, scrollTop: 2000 * 50 });
    for (let at = last.first; at < last.end; at += 1) seen.add(at);
    expect(seen.size).toBe(2000);
  });

  it("covers what is in sight", () => {
    const { first, end } = windowOf({ ...SIGHT, scrollTop: 10_025 });
    expect(first * 50).toBeLessThanOrEqual(10_025);
    expect(end * 50).toBeGreaterThanOrEqual(10_625);
  });

  it("stays within a list that became short", () => {
    expect(windowOf({ ...SIGHT, count: 3, scrollTop: 9_000 })).toEqual({ first: 0, end: 3 });
    expect(windowOf({ ...SIGHT, count: 0, scrollTop: 0 })).toEqual({ first: 0, end: 0 });
  });

  it("does not mind a bounce above the top", () => {
    expect(windowOf({ ...SIGHT, scrollTop: -80 }).first).toBe(0);
  });
});
