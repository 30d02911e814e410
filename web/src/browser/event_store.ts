/** What must be there after a crash in the next line of code, which IndexedDB cannot promise. */
import type { EventStore } from "../core/event_queue";

/** Events that are not told yet. */
export function browserEventStore(sittingId: string): EventStore {
  return textStore(`viva-events-${sittingId}`);
}

/** Messages that are not sent yet, and what was read. */
export function browserHelpStore(sittingId: string): EventStore {
  return textStore(`viva-help-${sittingId}`);
}

function textStore(name: string): EventStore {
  return {
    load: () => localStorage.getItem(name),
    save: (text) => {
      try {
        localStorage.setItem(name, text);
      } catch {
        // Full or forbidden: it is still in memory, and is told as long as the page lives.
      }
    },
  };
}
