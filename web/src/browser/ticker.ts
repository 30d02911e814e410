/** A beat that goes on in a hidden tab: a page's own timers are slowed there to one a minute, a worker's are not. */
export class Ticker {
  private readonly worker: Worker;
  private readonly listeners = new Set<() => void>();

  constructor(everyMs: number) {
    this.worker = new Worker(new URL("./ticker_worker.ts", import.meta.url), { type: "module" });
    this.worker.onmessage = () => {
      for (const listener of this.listeners) listener();
    };
    this.worker.postMessage(everyMs);
  }

  /** @returns how to stop listening */
  onTick(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    this.worker.terminate();
  }
}
