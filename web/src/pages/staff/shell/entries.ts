/** The lines of a stream for a page. */
import { shallowRef, type ShallowRef } from "vue";
import { Lines } from "../../../core/lines";
import type { EntriesView, Entry } from "../../../generated/api";

export interface LinesInSight {
  readonly entries: ShallowRef<readonly Entry[]>;
  /** Read on until nothing is new. */
  readOn(): Promise<void>;
}

export function useLines(ask: (query: { after: string }) => Promise<EntriesView>): LinesInSight {
  const entries = shallowRef<readonly Entry[]>([]);
  const lines = new Lines((after) => ask({ after }));
  return {
    entries,
    async readOn() {
      if (await lines.readOn()) entries.value = lines.all;
    },
  };
}
