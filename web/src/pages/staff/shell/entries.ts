/** The lines of a stream, as many as there are, and then what is new. */
import { shallowRef, type ShallowRef } from "vue";
import type { EntriesView, Entry } from "../../../generated/api";

export interface Lines {
  readonly entries: ShallowRef<readonly Entry[]>;
  /** Read on until nothing is new. */
  readOn(): Promise<void>;
}

export function useLines(ask: (query: { after: string }) => Promise<EntriesView>): Lines {
  const entries = shallowRef<readonly Entry[]>([]);
  return {
    entries,
    async readOn() {
      for (;;) {
        const after = entries.value.at(-1)?.entry_id ?? "";
        const told = (await ask({ after })).entries;
        if (told.length === 0) return;
        entries.value = [...entries.value, ...told];
      }
    },
  };
}
