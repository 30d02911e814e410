/** Time that stands still until a test moves it: sleepers wake in order, everything between runs to its end. */
import type { Sleep } from "../time";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export class FakeTime {
  private sleepers: Sleeper[] = [];

  constructor(public nowMs = Date.parse("2026-03-01T01:00:00Z")) {}

  readonly now = (): number => this.nowMs;

  readonly sleep: Sleep = (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper: Sleeper = {
        at: this.nowMs + ms,
        wake: () => {
          this.sleepers = this.sleepers.filter((one) => one !== sleeper);
          resolve();
        },
      };
      this.sleepers.push(sleeper);
      signal?.addEventListener("abort", sleeper.wake, { once: true });
    });

  /** Let everything run that does not wait for time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  async pass(ms: number): Promise<void> {
    const until = this.nowMs + ms;
    for (;;) {
      await this.settle();
      const next = this.sleepers.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.nowMs = Math.max(this.nowMs, next.at);
      next.wake();
    }
    this.nowMs = until;
  }
}
