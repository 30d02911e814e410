/** Rests that can be cut short: a loop notes the bell before it works, so that no ring in between is missed. */
import type { Sleep } from "./time";

export class Alarm {
  private bell = new AbortController();

  /** The bell of the moment; aborted once somebody rings. */
  get next(): AbortSignal {
    return this.bell.signal;
  }

  ring(): void {
    const before = this.bell;
    this.bell = new AbortController();
    before.abort();
  }
}

/** Rest until the time is over or any of the signals is aborted. */
export async function rest(sleep: Sleep, ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  for (const signal of signals) {
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
  }
  try {
    await sleep(ms, over.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", end);
  }
}
