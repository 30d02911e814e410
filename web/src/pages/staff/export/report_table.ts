/** The exam's report as a table: for graders without names, since the server gives them none. */
import type { ReportRow } from "../../../generated/api";
import type { Cell, Table } from "./table";

/** Words for the export, in the language of the moment. */
export interface ReportWords {
  /** A text by its key, as `report.lot` or `ending.missed`. */
  word(key: string, named?: Record<string, unknown>): string;
  time(at: string): string;
  readonly language: "zh" | "en";
}

const KINDS = ["camera", "screen", "evidence"] as const;

interface Column {
  readonly title: string;
  cell(row: ReportRow): Cell;
}

export function reportTable(rows: readonly ReportRow[], words: ReportWords, withNames: boolean): Table {
  const columns = columnsOf(words, withNames);
  return {
    header: columns.map((column) => column.title),
    rows: rows.map((row) => columns.map((column) => column.cell(row))),
  };
}

function columnsOf(words: ReportWords, withNames: boolean): Column[] {
  const { word, time, language } = words;
  const optional = (at: string | null): Cell => (at === null ? null : time(at));
  const names: Column[] = [
    { title: word("report.ticket"), cell: (row) => row.ticket_no },
    { title: word("report.name"), cell: (row) => row.name },
  ];
  const office: Column[] = [
    { title: word("report.entered"), cell: (row) => optional(row.entered_at) },
    { title: word("report.finished"), cell: (row) => optional(row.finished_at) },
    { title: word("report.extra"), cell: (row) => row.extra_time_s },
    { title: word("report.override"), cell: (row) => row.override && `${row.override.by}: ${row.override.reason}` },
    { title: word("report.sitting"), cell: (row) => row.sitting_id },
  ];
  return [
    { title: word("report.lot"), cell: (row) => row.lot_number },
    ...(withNames ? names : []),
    { title: word("report.ending"), cell: (row) => word(`ending.${row.ending}`) },
    { title: word("report.verdict"), cell: (row) => word(`verdict.${row.verdict ?? "none"}`) },
    { title: word("report.reason"), cell: (row) => (language === "zh" ? row.reason_zh : row.reason_en) },
    ...KINDS.flatMap((kind) => coverage(kind, words)),
    ...(withNames ? office : []),
  ];
}

function coverage(kind: (typeof KINDS)[number], { word }: ReportWords): Column[] {
  const named = { kind: word(`recording.${kind}`) };
  const of = (row: ReportRow): ReportRow["recordings"][number] | undefined => row.recordings.find((r) => r.kind === kind);
  const seconds = (ms: number | undefined): Cell => (ms === undefined ? null : Math.round(ms / 100) / 10);
  return [
    { title: word("report.covered", named), cell: (row) => seconds(of(row)?.coverage_ms) },
    { title: word("report.required", named), cell: (row) => seconds(of(row)?.required_ms) },
    { title: word("report.missing", named), cell: (row) => of(row)?.missing_segments.join(" ") ?? null },
  ];
}
