/** Events between a crash and the next page: written before the next line of code runs, which IndexedDB cannot. */
import type { EventStore } from "../core/event_queue";

export function browserEventStore(sittingId: string): EventStore {
  const name = `viva-events-${sittingId}`;
  return {
    load: () => localStorage.getItem(name),
    save: (text) => {
      try {
        localStorage.setItem(name, text);
      } catch {
        // Full or forbidden: the queue still holds them in memory, and they are told as long as the page lives.
      }
    },
  };
}
