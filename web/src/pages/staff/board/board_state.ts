/**
 * The board's rows, page by page: a row that says the same as before stays the same object, so that only what
 * changed is drawn anew; no row is ever lost by a page that does not name it.
 */
import { readInstant } from "../../../core/instants";
import type { BoardPage, BoardRow } from "../../../generated/api";
import { type Backlog, remembered, type Sample } from "./backlog";

export interface Beat {
  readonly at: number;
  readonly backlogBytes: number | null;
  readonly backlogSegments: number | null;
  readonly battery: number | null;
  readonly freeBytes: number | null;
  readonly recording: boolean | null;
  readonly visible: boolean | null;
}

export interface BoardEntry {
  /** The ticket number: it names a candidate within an exam. */
  readonly key: string;
  readonly row: BoardRow["row"];
  readonly desktop: Beat | null;
  readonly phone: Beat | null;
  readonly desktopBacklog: Backlog;
  readonly phoneBacklog: Backlog;
  /** What the server said, to be compared with what it says next. */
  readonly said: string;
}

export type Board = ReadonlyMap<string, BoardEntry>;

export interface Merged {
  readonly board: Board;
  readonly changed: readonly string[];
}

/** The board after a page. The same board when the page says nothing new. */
export function merge(board: Board, page: BoardPage): Merged {
  const changed: string[] = [];
  let next: Map<string, BoardEntry> | null = null;
  for (const told of page.rows) {
    const key = keyOf(told);
    const before = board.get(key);
    const said = JSON.stringify(told);
    if (before?.said === said) continue;
    next ??= new Map(board);
    next.set(key, entryOf(key, told, said, before));
    changed.push(key);
  }
  return { board: next ?? board, changed };
}

function keyOf({ row }: BoardRow): string {
  return row.ticket_no ?? row.sitting_id ?? String(row.lot_number);
}

function entryOf(key: string, told: BoardRow, said: string, before: BoardEntry | undefined): BoardEntry {
  const [desktop, phone] = [readBeat(told.desktop), readBeat(told.phone)];
  const sameSitting = before?.row.sitting_id === told.row.sitting_id;
  return {
    key,
    row: told.row,
    desktop,
    phone,
    desktopBacklog: remembered(sameSitting ? before?.desktopBacklog : undefined, sampleOf(desktop)),
    phoneBacklog: remembered(sameSitting ? before?.phoneBacklog : undefined, sampleOf(phone)),
    said,
  };
}

function sampleOf(beat: Beat | null): Sample | null {
  return beat && beat.backlogBytes !== null ? { at: beat.at, bytes: beat.backlogBytes } : null;
}

function readBeat(told: Readonly<Record<string, unknown>> | null): Beat | null {
  if (told === null || typeof told["at"] !== "string") return null;
  const number = (name: string): number | null => (typeof told[name] === "number" ? (told[name] as number) : null);
  const truth = (name: string): boolean | null => (typeof told[name] === "boolean" ? (told[name] as boolean) : null);
  return {
    at: readInstant(told["at"]),
    backlogBytes: number("backlog_bytes"),
    backlogSegments: number("backlog_segments"),
    battery: number("battery"),
    freeBytes: number("free_bytes"),
    recording: truth("recording"),
    visible: truth("visible"),
  };
}
