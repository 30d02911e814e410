/** Who asked and was answered since, by sitting; who waits longest stands first. */
import { readInstant } from "../../../core/instants";
import type { Entry } from "../../../generated/api";

export interface Asker {
  readonly sittingId: string;
  readonly ticketNo: string;
  /** Messages since the last answer. */
  readonly open: number;
  /** When the first of them came; null when all is answered. */
  readonly waitingSince: number | null;
  readonly lastAt: number;
}

export function askersOf(entries: readonly Entry[]): Asker[] {
  const askers = new Map<string, Asker>();
  for (const entry of entries) {
    const sittingId = entry.details["sitting_id"];
    if (typeof sittingId !== "string") continue;
    const at = readInstant(entry.at);
    const known = askers.get(sittingId) ?? { sittingId, ticketNo: "", open: 0, waitingSince: null, lastAt: at };
    askers.set(
      sittingId,
      entry.what === "answered"
        ? { ...known, open: 0, waitingSince: null, lastAt: at }
        : { ...known, ticketNo: entry.by, open: known.open + 1, waitingSince: known.waitingSince ?? at, lastAt: at },
    );
  }
  return [...askers.values()].sort(
    (one, other) => (one.waitingSince ?? Infinity) - (other.waitingSince ?? Infinity) || other.lastAt - one.lastAt,
  );
}
