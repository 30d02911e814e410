import { describe, expect, it } from "vitest";
import { checksOf, type DeviceFacts } from "./checks";

const GOOD: DeviceFacts = {
  missing: [],
  camera: { virtualLabel: null, heard: true },
  surface: "monitor",
  secondDisplay: false,
  room: { freeBytes: 2e9, neededBytes: 1e9 },
  upload: { rate: 5e6, needed: 1.3e6 },
  power: { level: 0.8, charging: true },
};

const markOf = (facts: Partial<DeviceFacts>, name: string): string | undefined =>
  checksOf({ ...GOOD, ...facts }).find((check) => check.name === name)?.mark;

describe("the device check", () => {
  it("is good when all is", () => {
    expect(checksOf(GOOD).every((check) => check.mark === "good")).toBe(true);
  });

  it("asks for a whole screen", () => {
    expect(markOf({ surface: "window" }, "screen")).toBe("bad");
    expect(markOf({ surface: "browser" }, "screen")).toBe("bad");
    expect(markOf({ surface: null }, "screen")).toBe("wait");
    // Firefox and Safari do not say what was shared.
    expect(markOf({ surface: "" }, "screen")).toBe("good");
  });

  it("finds a second display, and a disk too small for the whole exam", () => {
    expect(markOf({ secondDisplay: true }, "displays")).toBe("bad");
    expect(markOf({ room: { freeBytes: 9e8, neededBytes: 1e9 } }, "storage")).toBe("bad");
  });

  it("notes a slow line, a battery and a virtual camera, and lets the candidate go on", () => {
    expect(markOf({ upload: { rate: 1e6, needed: 1.3e6 } }, "network")).toBe("warn");
    expect(markOf({ upload: { rate: "unknown", needed: 1.3e6 } }, "network")).toBe("warn");
    expect(markOf({ power: { level: 0.4, charging: false } }, "power")).toBe("warn");
    expect(markOf({ camera: { virtualLabel: "OBS Virtual Camera", heard: true } }, "camera")).toBe("warn");
  });

  it("waits for a sound from the microphone", () => {
    expect(markOf({ camera: { virtualLabel: null, heard: false } }, "camera")).toBe("wait");
  });
});
