/** Rows with their flags; a row whose facts and flags are the same stays the same object. */
import type { Schedule } from "../../../generated/api";
import type { Board } from "./board_state";
import { type Flag, flagsOf } from "./flags";
import type { Watched } from "./sorting";

export type Watch = ReadonlyMap<string, Watched>;

export function watchedOf(board: Board, before: Watch, schedule: Schedule, nowMs: number): Watch {
  const watch = new Map<string, Watched>();
  for (const [key, entry] of board) {
    const flags = flagsOf(entry, schedule, nowMs);
    const known = before.get(key);
    watch.set(key, known?.entry === entry && sameKinds(known.flags, flags) ? known : { entry, flags });
  }
  return watch;
}

function sameKinds(one: readonly Flag[], other: readonly Flag[]): boolean {
  return one.length === other.length && one.every((flag, at) => flag.kind === other[at]?.kind);
}
