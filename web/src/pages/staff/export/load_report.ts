/** The whole report, page after page. */
import type { ApiClient } from "../../../core/api";
import type { ExamReport, ReportRow } from "../../../generated/api";

export interface WholeReport {
  readonly head: ExamReport;
  readonly rows: readonly ReportRow[];
}

export async function loadReport(api: ApiClient, examId: string): Promise<WholeReport> {
  const rows: ReportRow[] = [];
  let head: ExamReport | null = null;
  for (let page: number | null = 0; page !== null; ) {
    const query = { page: String(page) };
    const told: ExamReport = await api.call("GET /exams/{exam_id}/report", { parameters: { exam_id: examId }, query });
    head ??= told;
    rows.push(...told.rows);
    page = told.next_page;
  }
  if (head === null) throw new Error("a report without a first page");
  rows.sort((one, other) => (one.lot_number ?? Infinity) - (other.lot_number ?? Infinity) || 0);
  return { head, rows };
}
