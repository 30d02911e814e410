/** A table to be exported: text, numbers, or nothing. */
export type Cell = string | number | null;

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}
