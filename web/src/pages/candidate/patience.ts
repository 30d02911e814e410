/** How long a page waits before it asks for the sitting again. */
import { instantOf } from "../../core/flow";
import type { Random } from "../../core/time";
import { type Facts, screenOf } from "./state";

/** Somebody stands before a page that another device moves on. */
const KEEN_MS = 3_000;
const UPLOADING_MS = 8_000;
const QUIET_MS = 30_000;
/** Who waits for the same instant does not ask in the same second. */
const SPREAD_MS = 4_000;

/**
 * Business rule: at T0 no table is read on behalf of a candidate (DESIGN, principle 6), so nothing is asked because
 * an exam begins or ends; only the lot that is given when the draw closes must be asked for.
 */
export function patienceMs(facts: Facts, random: Random): number {
  const usual = usualMs(screenOf(facts).name) * (0.75 + random() / 2);
  if (facts.sitting === null || facts.sitting.lot_number !== null) return usual;
  const untilDrawn = instantOf(facts.sitting, "draw_closes_at") - facts.nowMs;
  return untilDrawn > 0 ? Math.min(usual, untilDrawn + random() * SPREAD_MS) : Math.min(usual, KEEN_MS + random() * SPREAD_MS);
}

/** After how long a screen that has just come up looks for the first time; null where it has time. */
export function firstLookMs(screen: string, random: Random): number | null {
  if (screen === "bind_evidence") return KEEN_MS;
  // All come here in the second in which the exam ends.
  return screen === "upload" ? random() * SPREAD_MS : null;
}

function usualMs(screen: string): number {
  switch (screen) {
    case "bind_evidence":
    case "loading":
      return KEEN_MS;
    case "upload":
      return UPLOADING_MS;
    case "done":
      return 4 * QUIET_MS;
    default:
      return QUIET_MS;
  }
}
