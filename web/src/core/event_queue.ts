/**
 * Integrity events on their way to the server: numbered, in order, in batches, through reload and crash.
 * The same event twice is one event there, so whatever is unsure is sent again.
 */
import type { EventKind, IntegrityEvent } from "../generated/api";
import { Alarm, rest } from "./alarm";
import { type Backoff, waitMs } from "./backoff";
import { remedyFor } from "./delivery";
import { ClientError } from "./errors";
import { wireInstant } from "./instants";
import type { Random, Sleep } from "./time";

export type Details = Readonly<Record<string, string | number | boolean>>;

/** Written at once, so that the last event before a crash is there after it. */
export interface EventStore {
  load(): string | null;
  save(text: string): void;
}

export interface EventPorts {
  readonly report: (events: readonly IntegrityEvent[]) => Promise<unknown>;
  readonly store: EventStore;
  readonly now: () => number;
  readonly sleep: Sleep;
  readonly random: Random;
}

interface Kept {
  readonly nextNo: number;
  readonly pending: readonly IntegrityEvent[];
}

const BATCH = 100;
const EVERY_MS = 5_000;
const BACKOFF: Backoff = { firstMs: 1_000, longestMs: 30_000 };

export class EventQueue {
  private kept: Kept;
  private readonly alarm = new Alarm();

  constructor(private readonly ports: EventPorts) {
    this.kept = read(ports.store.load());
  }

  /** Not told yet. */
  get pending(): readonly IntegrityEvent[] {
    return this.kept.pending;
  }

  /** Note what was seen, now by the server's clock. */
  note(kind: EventKind, details: Details = {}): void {
    const { nextNo, pending } = this.kept;
    const event = { event_no: nextNo, kind, at: wireInstant(this.ports.now()), details };
    this.keep({ nextNo: nextNo + 1, pending: [...pending, event] });
  }

  /** Tell it now and not with the next batch. */
  hurry(): void {
    this.alarm.ring();
  }

  /** Tell events until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const bell = this.alarm.next;
      try {
        await this.flush();
        failures = 0;
      } catch {
        // Whatever it was, the events are still here, and later ones must be told too.
        failures += 1;
      }
      const ms = failures > 0 ? waitMs(BACKOFF, failures, this.ports.random) : EVERY_MS;
      await rest(this.ports.sleep, ms, signal, bell);
    }
  }

  /** @throws ClientError when the server could not be told; nothing is lost then */
  async flush(): Promise<void> {
    while (this.kept.pending.length > 0) {
      const batch = this.kept.pending.slice(0, BATCH);
      try {
        await this.ports.report(batch);
      } catch (error) {
        // What the server refuses for good would stand in the way of all that follows.
        if (!(error instanceof ClientError) || remedyFor(error) === "again") throw error;
      }
      const told = new Set(batch.map((event) => event.event_no));
      this.keep({ ...this.kept, pending: this.kept.pending.filter((event) => !told.has(event.event_no)) });
    }
  }

  private keep(kept: Kept): void {
    this.kept = kept;
    this.ports.store.save(JSON.stringify(kept));
  }
}

function read(text: string | null): Kept {
  try {
    const kept = JSON.parse(text ?? "null") as Kept | null;
    if (kept && Number.isInteger(kept.nextNo) && Array.isArray(kept.pending)) return kept;
  } catch {
    // Unreadable: begin anew, far above the numbers that were used.
    return { nextNo: 500_001, pending: [] };
  }
  return { nextNo: 1, pending: [] };
}
