import { describe, expect, it } from "vitest";
import { instantOfWall, knowsZone, wallOf } from "./zone";

describe("wall clocks", () => {
  it("shows nine in Shanghai for one o'clock UTC", () => {
    expect(wallOf(Date.UTC(2026, 10, 22, 1, 0), "Asia/Shanghai")).toBe("2026-11-22T09:00");
  });

  it.each(["Asia/Shanghai", "Asia/Kathmandu", "America/New_York", "UTC"])("goes there and back in %s", (zone) => {
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 11 * 3_600_000 + 60_000) {
      const back = instantOfWall(wallOf(at, zone), zone);
      const wall = wallOf(back ?? 0, zone);
      expect(wall).toBe(wallOf(at, zone));
    }
  });

  it("takes the earlier of two instants when clocks are put back", () => {
    expect(instantOfWall("2026-11-01T01:30", "America/New_York")).toBe(Date.UTC(2026, 10, 1, 5, 30));
  });

  it("names no instant where there is no wall clock", () => {
    for (const text of ["", "tomorrow", "2026-11-22", "2026-13-01T00:00"]) {
      expect(instantOfWall(text, "Asia/Shanghai")).toBeNull();
    }
  });

  it("knows zones from what is none", () => {
    expect(knowsZone("Asia/Urumqi")).toBe(true);
    expect(knowsZone("Asia/Nowhere")).toBe(false);
  });
});
