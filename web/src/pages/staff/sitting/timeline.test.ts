import { describe, expect, it } from "vitest";
import type { Entry, Schedule } from "../../../generated/api";
import { Axis, frameOf, gapsOf, laneOf, marksOf } from "./timeline";

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 10, 22, 1, 0);
const iso = (at: number): string => new Date(at).toISOString();
const SCHEDULE: Schedule = {
  version: 1,
  login_opens_at: iso(T0 - 30 * MINUTE),
  draw_closes_at: iso(T0 - 15 * MINUTE),
  entry_opens_at: iso(T0 - 15 * MINUTE),
  starts_at: iso(T0),
  ends_at: iso(T0 + 30 * MINUTE),
  upload_window_s: 3600,
  cancelled_at: null,
  late_entry: false,
};
const span = (start_ms: number, end_ms: number) => ({ start_ms, end_ms });

function segment(no: number, start: number, end: number, state = "verified") {
  return { segment_no: no, state, attempt: 1, span: span(start, end), played: [], mime_type: "", size_bytes: 1, uploaded_at: null, faults: [], flags: [] };
}

function arrival(...segments: ReturnType<typeof segment>[]) {
  return { kind: "camera", closed: false, last_segment_no: null, arrived: false, segments };
}

function event(at: number, what = "focus_lost"): Entry {
  return { at: iso(at), by: "candidate", details: {}, entry_id: String(at), stream: "", what };
}

describe("the axis", () => {
  const axis = new Axis(span(T0, T0 + 60 * MINUTE), 600);

  it("puts instants in proportion and what is outside at the edge", () => {
    expect([T0 - 1, T0, T0 + 30 * MINUTE, T0 + 99 * MINUTE].map((at) => axis.x(at))).toEqual([0, 0, 300, 600]);
  });

  it("makes a short span wide enough to be seen, and shows nothing of what is outside", () => {
    expect(axis.box(span(T0, T0 + 1))?.width).toBeGreaterThanOrEqual(2);
    expect(axis.box(span(T0 - 10, T0))).toBeNull();
  });

  it("has ticks at round times, far enough from one another to be read", () => {
    const ticks = axis.ticks();
    expect(ticks.map((tick) => (tick.at - T0) / MINUTE)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    for (const width of [50, 300, 1200, 5000]) {
      for (const minutes of [1, 45, 600, 5000]) {
        const xs = new Axis(span(T0, T0 + minutes * MINUTE), width).ticks().map((tick) => tick.x);
        for (let at = 1; at < xs.length; at += 1) {
          const apart = (xs[at] ?? 0) - (xs[at - 1] ?? 0);
          expect(apart >= 79.999 || minutes === 5000).toBe(true);
        }
      }
    }
  });

  it("survives a frame without length", () => {
    expect(Number.isFinite(new Axis(span(T0, T0), 600).x(T0))).toBe(true);
  });
});

describe("the frame", () => {
  it("is the exam's, as far as it has come", () => {
    expect(frameOf(SCHEDULE, [], [], T0)).toEqual(span(T0 - 15 * MINUTE, T0));
    expect(frameOf(SCHEDULE, [], [], T0 + 500 * MINUTE)).toEqual(span(T0 - 15 * MINUTE, T0 + 30 * MINUTE));
  });

  it("never reaches into the future", () => {
    const login = event(T0 - 28 * MINUTE, "logged_in");
    expect(frameOf(SCHEDULE, [], [login], T0 - 20 * MINUTE)).toEqual(span(T0 - 28 * MINUTE, T0 - 20 * MINUTE));
    expect(frameOf(SCHEDULE, [], [], T0 - 500 * MINUTE)).toEqual(span(T0 - 500 * MINUTE, T0 - 499 * MINUTE));
  });

  it("reaches as far as anything that is known", () => {
    const early = arrival(segment(1, T0 - 25 * MINUTE, T0 - 20 * MINUTE));
    expect(frameOf(SCHEDULE, [early], [event(T0 + 40 * MINUTE)], T0)).toEqual(span(T0 - 25 * MINUTE, T0 + 40 * MINUTE));
  });
});

describe("a lane", () => {
  const axis = new Axis(span(0, 100), 100);

  it("shows each segment where it claims to be, with its state", () => {
    const lane = laneOf(arrival(segment(1, 0, 40), segment(2, 40, 80, "uploaded")), axis, null);
    expect(lane.segments.map(({ x, width, segmentNo, state }) => [x, width, segmentNo, state])).toEqual([
      [0, 40, 1, "verified"],
      [40, 40, 2, "uploaded"],
    ]);
    expect(lane.gaps).toEqual([]);
  });

  it("shows as a gap what was only declared", () => {
    const lane = laneOf(arrival(segment(1, 0, 40), segment(2, 40, 80, "declared")), axis, span(0, 100));
    expect(lane.gaps).toEqual([{ x: 40, width: 60 }]);
  });
});

describe("gaps", () => {
  it("are what no span covers, whatever the order and overlap", () => {
    expect(gapsOf([span(60, 70), span(10, 30), span(20, 40)], span(0, 100))).toEqual([span(0, 10), span(40, 60), span(70, 100)]);
    expect(gapsOf([], span(0, 100))).toEqual([span(0, 100)]);
    expect(gapsOf([span(-10, 200)], span(0, 100))).toEqual([]);
    expect(gapsOf([span(150, 200)], span(0, 100))).toEqual([span(0, 100)]);
  });
});

describe("marks", () => {
  it("join events that would lie upon one another, and lose none", () => {
    const axis = new Axis(span(T0, T0 + 100 * MINUTE), 1000);
    const events = [event(T0 + 50 * MINUTE), event(T0 + 1000), event(T0), event(T0 + 50 * MINUTE + 1)];
    const marks = marksOf(events, axis);
    expect(marks.map((mark) => mark.entries.length)).toEqual([2, 2]);
    expect(marks.flatMap((mark) => mark.entries)).toHaveLength(events.length);
  });
});
