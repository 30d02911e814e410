/** The board's row of a sitting: there is no route for one alone, so the pages are gone through once. */
import type { ApiClient } from "../../../core/api";
import type { BoardPage, BoardRow } from "../../../generated/api";

/** The page that the sitting was found on last, to be asked first the next time. */
export interface FoundRow {
  readonly row: BoardRow;
  readonly page: number;
}

export async function findRow(api: ApiClient, examId: string, sittingId: string, known: FoundRow | null): Promise<FoundRow | null> {
  const on = async (page: number): Promise<{ told: BoardPage; row: BoardRow | undefined }> => {
    const asked = { parameters: { exam_id: examId }, query: { page: String(page) } };
    const told = await api.call("GET /exams/{exam_id}/board", asked);
    return { told, row: told.rows.find(({ row }) => row.sitting_id === sittingId) };
  };
  if (known) {
    const { row } = await on(known.page);
    if (row) return { row, page: known.page };
  }
  for (let page: number | null = 0; page !== null; ) {
    const { told, row }: { told: BoardPage; row: BoardRow | undefined } = await on(page);
    if (row) return { row, page };
    page = told.next_page;
  }
  return null;
}
