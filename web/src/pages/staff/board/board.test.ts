import { describe, expect, it } from "vitest";
import type { BoardPage, BoardRow, Schedule } from "../../../generated/api";
import { forecastOf, remembered } from "./backlog";
import { type Board, merge } from "./board_state";
import { coverageOf, unionMs } from "./coverage";
import { flagsOf } from "./flags";
import { countsOf, groupOf, sifted } from "./sorting";

const T0 = Date.UTC(2026, 10, 22, 1, 0);
const SCHEDULE: Schedule = {
  version: 1,
  login_opens_at: new Date(T0 - 1_800_000).toISOString(),
  draw_closes_at: new Date(T0 - 900_000).toISOString(),
  entry_opens_at: new Date(T0 - 900_000).toISOString(),
  starts_at: new Date(T0).toISOString(),
  ends_at: new Date(T0 + 1_800_000).toISOString(),
  upload_window_s: 3600,
  cancelled_at: null,
  late_entry: false,
};

type Told = Partial<BoardRow["row"]> & { desktop?: BoardRow["desktop"]; phone?: BoardRow["phone"] };

function told(no: number, { desktop = null, phone = null, ...row }: Told = {}): BoardRow {
  return {
    row: {
      lot_number: no,
      ticket_no: `A${String(no).padStart(4, "0")}`,
      name: `考生${no}`,
      ending: "under_way",
      current_step: "answer",
      verdict: null,
      reason_zh: "",
      reason_en: "",
      recordings: [],
      sitting_id: `sit_${no}`,
      entered_at: new Date(T0 - 600_000).toISOString(),
      finished_at: null,
      extra_time_s: 0,
      override: null,
      ...row,
    },
    desktop,
    phone,
  };
}

const beat = (at: number, facts: Record<string, unknown> = {}): BoardRow["desktop"] => ({ at: new Date(at).toISOString(), ...facts });
const page = (...rows: BoardRow[]): BoardPage => ({ now: new Date(T0).toISOString(), rows, next_page: null });
const boardOf = (...rows: BoardRow[]): Board => merge(new Map(), page(...rows)).board;

function entry(row: BoardRow): ReturnType<typeof only> {
  return only(boardOf(row));
}

function only(board: Board) {
  const [first] = board.values();
  if (!first) throw new Error("an empty board");
  return first;
}

describe("merging a page into the board", () => {
  it("touches only what changed among two thousand", () => {
    const rows = Array.from({ length: 2000 }, (_, no) => told(no));
    const before = boardOf(...rows);

    const { board, changed } = merge(before, page(...rows.map((row, no) => (no === 7 ? told(7, { current_step: "upload" }) : row))));

    expect(changed).toEqual(["A0007"]);
    expect([...board.keys()].filter((key) => board.get(key) !== before.get(key))).toEqual(["A0007"]);
    expect(board.size).toBe(2000);
  });

  it("is the very same board when nothing changed", () => {
    const board = boardOf(told(1), told(2));
    expect(merge(board, page(told(1), told(2))).board).toBe(board);
  });

  it("loses no row that a page does not name, and takes no row twice", () => {
    const first = boardOf(told(1), told(2));
    const { board } = merge(first, page(told(2), told(3)));
    expect([...board.keys()]).toEqual(["A0001", "A0002", "A0003"]);
  });

  it("forgets the backlog of a sitting that was replaced", () => {
    const before = boardOf(told(1, { desktop: beat(T0, { backlog_bytes: 5 }) }));
    const after = merge(before, page(told(1, { sitting_id: "sit_new", desktop: beat(T0 + 1000, { backlog_bytes: 9 }) }))).board;
    expect(only(after).desktopBacklog).toEqual([{ at: T0 + 1000, bytes: 9 }]);
  });

  it("takes a heartbeat of odd shape for none", () => {
    expect(entry(told(1, { desktop: { battery: 1 } })).desktop).toBeNull();
    expect(entry(told(1, { desktop: beat(T0, { battery: "full" }) })).desktop?.battery).toBeNull();
  });
});

describe("the forecast of a backlog", () => {
  const at = (...bytes: number[]) => bytes.reduce((known, each, no) => remembered(known, { at: no * 10_000, bytes: each }), [] as ReturnType<typeof remembered>);

  it("says when it will be done if it goes on like this", () => {
    expect(forecastOf(at(400, 300, 200))).toEqual({ kind: "done_in", leftMs: 20_000 });
  });

  it("says that it grows, that nothing is left, or that nothing is known", () => {
    expect(forecastOf(at(100, 150))).toEqual({ kind: "growing" });
    expect(forecastOf(at(100, 100))).toEqual({ kind: "steady" });
    expect(forecastOf(at(100, 0))).toEqual({ kind: "none" });
    expect(forecastOf(at(100))).toEqual({ kind: "unknown" });
    expect(forecastOf([])).toEqual({ kind: "none" });
  });

  it("remembers the last samples only, and none that is late", () => {
    const many = at(9, 8, 7, 6, 5, 4, 3);
    expect(many.map((sample) => sample.bytes)).toEqual([7, 6, 5, 4, 3]);
    expect(remembered(many, { at: 0, bytes: 99 })).toBe(many);
  });
});

describe("flags", () => {
  const kinds = (row: BoardRow, now = T0 + 60_000): string[] => flagsOf(entry(row), SCHEDULE, now).map((flag) => flag.kind);

  it("raises none while all is well", () => {
    const well = { recording: true, visible: true, battery: 0.9, free_bytes: 9e9, backlog_bytes: 0 };
    expect(kinds(told(1, { desktop: beat(T0 + 55_000, well), phone: beat(T0 + 50_000, well) }))).toEqual([]);
  });

  it("names each fact", () => {
    const ill = { recording: false, visible: false, battery: 0.1, free_bytes: 5e8 };
    expect(kinds(told(1, { desktop: beat(T0 + 55_000, ill) }))).toEqual(["not_recording", "hidden", "battery_low", "disk_low"]);
    expect(kinds(told(1, { desktop: beat(T0) }))).toEqual(["desktop_silent"]);
    expect(kinds(told(1, { desktop: beat(T0 + 55_000), phone: beat(T0 + 59_000, { recording: false }) }))).toEqual(["phone_not_recording"]);
    expect(kinds(told(1, { ending: "deadline", verdict: "damaged" }))).toEqual(["damaged"]);
  });

  it("looks after what has finished and still owes recordings, and no longer", () => {
    const finished = { ending: "deadline", current_step: "upload" as const };
    const silent = (bytes: number) => ({ desktop: beat(T0 - 600_000, { backlog_bytes: bytes, recording: false, visible: false }) });
    expect(kinds(told(1, { ...finished, ...silent(5e6) }))).toEqual(["desktop_silent"]);
    expect(kinds(told(1, { ...finished, ...silent(0) }))).toEqual([]);
    expect(kinds(told(1, { ...finished, current_step: "done", ...silent(5e6) }))).toEqual([]);
    const here = { backlog_bytes: 5e6, battery: 0.1, recording: false, visible: false };
    expect(kinds(told(1, { ...finished, desktop: beat(T0 + 55_000, here), phone: beat(T0 - 600_000, here) }))).toEqual([
      "battery_low",
      "phone_silent",
      "battery_low",
    ]);
  });

  it("does not take a phone in airplane mode for a recorder that stopped", () => {
    const phone = beat(T0 - 600_000, { recording: false });
    expect(kinds(told(1, { desktop: beat(T0 + 55_000), phone }))).toEqual(["phone_silent"]);
  });

  it("says who is late in the last five minutes, and not before", () => {
    const row = told(1, { current_step: "confirm_devices", desktop: beat(T0 - 61_000) });
    expect(kinds(row, T0 - 60_000)).toEqual(["late"]);
    expect(kinds(told(1, { current_step: "draw_lot", desktop: beat(T0 - 900_000) }), T0 - 899_000)).toEqual([]);
  });

  it("expects nothing of who is not there", () => {
    expect(kinds(told(1, { sitting_id: null, current_step: null, entered_at: null }))).toEqual([]);
  });
});

describe("sifting", () => {
  const rows = [
    told(3, { current_step: "wait" }),
    told(1),
    told(2, { sitting_id: null, current_step: null }),
    told(4, { ending: "missed" }),
    told(5, { current_step: "upload" }),
    told(6, { current_step: "login" }),
  ];
  const watched = [...boardOf(...rows).values()].map((each) => ({ entry: each, flags: each.key === "A0003" ? flagsOf(each, SCHEDULE, T0) : [] }));

  it("puts everybody into one group", () => {
    expect(watched.map((row) => groupOf(row.entry))).toEqual(["waiting", "answering", "not_here", "over", "uploading", "preparing"]);
    const counts = countsOf(watched);
    expect(counts.all).toBe(6);
    expect(counts.not_here + counts.preparing + counts.waiting + counts.answering + counts.uploading + counts.over).toBe(6);
  });

  it("finds by ticket, name and lot number, in order of tickets", () => {
    expect(sifted(watched, "all", "").map((row) => row.entry.key)).toEqual(["A0001", "A0002", "A0003", "A0004", "A0005", "A0006"]);
    expect(sifted(watched, "all", "a0002")).toHaveLength(1);
    expect(sifted(watched, "all", "考生4")).toHaveLength(1);
    expect(sifted(watched, "all", "5").map((row) => row.entry.key)).toEqual(["A0005"]);
    expect(sifted(watched, "flagged", "").map((row) => row.entry.key)).toEqual(["A0003"]);
  });
});

describe("coverage", () => {
  const span = (start_ms: number, end_ms: number) => ({ start_ms, end_ms });
  const segment = (state: string, start: number, end: number, played = state === "verified" ? [span(start, end)] : []) => ({
    segment_no: 1, state, attempt: 1, span: span(start, end), played, mime_type: "video/webm", size_bytes: 1, uploaded_at: null, faults: [], flags: [],
  }); // prettier-ignore

  it("counts overlaps once and nothing outside of the frame", () => {
    expect(unionMs([span(0, 10), span(5, 12), span(20, 30), span(-5, 1)], span(2, 25))).toBe(15);
  });

  it("tells what is verified from what only arrived and what is only declared", () => {
    const arrival = {
      kind: "camera", closed: false, last_segment_no: null, arrived: false,
      segments: [segment("verified", 0, 50), segment("uploaded", 50, 70), segment("damaged", 70, 80), segment("declared", 80, 90)],
    }; // prettier-ignore
    const { verified, arrived, damaged, declared } = coverageOf(arrival, span(0, 100));
    expect([verified, arrived, damaged, declared].map((share) => Math.round(share * 100))).toEqual([50, 20, 10, 10]);
  });

  it("believes what plays, not what was claimed", () => {
    const arrival = { kind: "camera", closed: true, last_segment_no: 1, arrived: true, segments: [segment("verified", 0, 100, [span(0, 40)])] };
    expect(coverageOf(arrival, span(0, 100)).verified).toBe(0.4);
  });
});
