import { describe, expect, it } from "vitest";
import type { ReportRow } from "../../../generated/api";
import { reportTable, type ReportWords } from "./report_table";

const WORDS: ReportWords = {
  word: (key, named) => key + (named ? ` ${String(named["kind"])}` : ""),
  time: (at) => `<${at}>`,
  language: "en",
};

const ROW: ReportRow = {
  lot_number: 7,
  ticket_no: "A001",
  name: "张伟",
  ending: "deadline",
  current_step: "done",
  verdict: "incomplete",
  reason_zh: "缺",
  reason_en: "missing",
  recordings: [
    {
      kind: "camera",
      verdict: "incomplete",
      required: { start_ms: 0, end_ms: 60_000 },
      covered: [],
      missing: [],
      coverage_ms: 59_940,
      required_ms: 60_000,
      missing_segments: [2, 3],
      damaged_segments: [],
      held_by_device: [],
      late_segments: [],
    },
  ],
  sitting_id: "sit_1",
  entered_at: "2026-11-22T00:50:00Z",
  finished_at: null,
  extra_time_s: 0,
  override: null,
};

describe("the report as a table", () => {
  it("has a cell for every title", () => {
    const table = reportTable([ROW], WORDS, true);
    const told = Object.fromEntries(table.header.map((title, at) => [title, table.rows[0]?.[at]]));
    expect(told).toMatchObject({
      "report.lot": 7,
      "report.ticket": "A001",
      "report.verdict": "verdict.incomplete",
      "report.covered recording.camera": 59.9,
      "report.missing recording.camera": "2 3",
      "report.covered recording.screen": null,
      "report.entered": "<2026-11-22T00:50:00Z>",
      "report.finished": null,
    });
    expect(table.rows[0]).toHaveLength(table.header.length);
  });

  it("holds no name, ticket or sitting for graders", () => {
    const table = reportTable([ROW], WORDS, false);
    expect(table.rows.flat()).not.toContain("张伟");
    expect(table.rows.flat()).not.toContain("A001");
    expect(table.rows.flat()).not.toContain("sit_1");
    expect(table.header).not.toContain("report.name");
  });
});
