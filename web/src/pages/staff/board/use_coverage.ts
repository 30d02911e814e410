/** What arrived, of the rows in sight only: a few sittings at a time, each seldom. */
import { onUnmounted, shallowReactive } from "vue";
import { readInstant } from "../../../core/instants";
import { sleep } from "../../../core/time";
import type { ExamView } from "../../../generated/api";
import { useDesk } from "../shell/desk";
import { type Coverage, coverageOf, coverageOfVerdict, requiredNow } from "./coverage";
import type { Watched } from "./sorting";

const FRESH_MS = 20_000;
const BETWEEN_CALLS_MS = 250;
const IDLE_MS = 1_000;

export interface SeenCoverage {
  /** By sitting. */
  readonly coverage: ReadonlyMap<string, readonly Coverage[]>;
  /** The rows in sight from now on. */
  look(rows: readonly Watched[]): void;
}

export function useCoverage(exam: () => ExamView): SeenCoverage {
  const desk = useDesk();
  const coverage = shallowReactive(new Map<string, readonly Coverage[]>());
  const askedAt = new Map<string, number>();
  const leaving = new AbortController();
  let inSight: readonly Watched[] = [];

  function next(): Watched | undefined {
    const since = performance.now() - FRESH_MS;
    return inSight.find(({ entry: { row } }) => {
      const wanted = row.sitting_id !== null && row.entered_at !== null && row.verdict === null;
      return wanted && (askedAt.get(row.sitting_id ?? "") ?? -Infinity) < since;
    });
  }

  async function ask({ entry: { row } }: Watched): Promise<void> {
    const sittingId = row.sitting_id ?? "";
    askedAt.set(sittingId, performance.now());
    const asked = { parameters: { sitting_id: sittingId }, signal: leaving.signal };
    const told = await desk.api.call("GET /sittings/{sitting_id}/recordings", asked);
    const entered = readInstant(row.entered_at ?? exam().schedule.starts_at);
    const ends = readInstant(row.finished_at ?? exam().schedule.ends_at) + (row.finished_at ? 0 : row.extra_time_s * 1000);
    const now = desk.connection.clock.now();
    const seen = told.recordings.map((arrival) => coverageOf(arrival, requiredNow(arrival, entered, ends, now)));
    if (JSON.stringify(seen) !== JSON.stringify(coverage.get(sittingId))) coverage.set(sittingId, seen);
  }

  async function keepLooking(): Promise<void> {
    while (!leaving.signal.aborted) {
      const wanted = document.hidden ? undefined : next();
      try {
        if (wanted) await ask(wanted);
      } catch {
        // The board itself says when the server does not answer; this one is asked again in a while.
      }
      await sleep(wanted ? BETWEEN_CALLS_MS : IDLE_MS, leaving.signal);
    }
  }
  void keepLooking();
  onUnmounted(() => leaving.abort());

  return {
    coverage,
    look(rows) {
      inSight = rows;
      for (const { entry } of rows) {
        const { sitting_id, verdict, recordings } = entry.row;
        if (sitting_id !== null && verdict !== null) coverage.set(sitting_id, recordings.map(coverageOfVerdict));
      }
    },
  };
}
