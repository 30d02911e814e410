/** Which rows of the board are shown, and in which order. */
import type { BoardEntry } from "./board_state";
import type { Flag } from "./flags";

export const GROUPS = ["all", "flagged", "not_here", "preparing", "waiting", "answering", "uploading", "over"] as const;
export type Group = (typeof GROUPS)[number];

export interface Watched {
  readonly entry: BoardEntry;
  readonly flags: readonly Flag[];
}

/** The station of the day that somebody is at. */
export function groupOf({ row }: BoardEntry): Exclude<Group, "all" | "flagged"> {
  if (row.verdict !== null || row.ending === "missed" || row.ending === "absent" || row.ending === "cancelled") return "over";
  if (row.sitting_id === null) return "not_here";
  switch (row.current_step) {
    case "wait":
      return "waiting";
    case "answer":
    case "finish":
      return "answering";
    case "upload":
      return "uploading";
    case "done":
      return "over";
    default:
      return "preparing";
  }
}

export function countsOf(rows: readonly Watched[]): Record<Group, number> {
  const counts = Object.fromEntries(GROUPS.map((group) => [group, 0])) as Record<Group, number>;
  for (const row of rows) {
    counts.all += 1;
    counts[groupOf(row.entry)] += 1;
    if (row.flags.length > 0) counts.flagged += 1;
  }
  return counts;
}

/** Those of a group that a text is found in, by ticket number; in `flagged` the worst first. */
export function sifted(rows: readonly Watched[], group: Group, text: string): Watched[] {
  const wanted = text.trim().toLowerCase();
  const found = rows.filter(
    (row) =>
      (group === "all" || (group === "flagged" ? row.flags.length > 0 : groupOf(row.entry) === group)) &&
      (wanted === "" || isFound(row.entry, wanted)),
  );
  const weight = (row: Watched): number => (row.flags.some((flag) => flag.level === "bad") ? 0 : 1);
  return found.sort((one, other) => (group === "flagged" ? weight(one) - weight(other) : 0) || byTicket(one, other));
}

function isFound({ row }: BoardEntry, wanted: string): boolean {
  return (
    (row.ticket_no ?? "").toLowerCase().includes(wanted) ||
    (row.name ?? "").toLowerCase().includes(wanted) ||
    String(row.lot_number ?? "") === wanted
  );
}

function byTicket(one: Watched, other: Watched): number {
  return one.entry.key < other.entry.key ? -1 : one.entry.key > other.entry.key ? 1 : 0;
}
