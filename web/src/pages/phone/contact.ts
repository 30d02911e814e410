/** The phone's contact with the server: signs of life that the desktop mirrors, what was seen, the sitting's view. */
import type { Connection } from "../../browser/client";
import { browserEventStore } from "../../browser/event_store";
import { heartbeatFacts } from "../../browser/heartbeat";
import { ClientError } from "../../core/errors";
import { type Details, EventQueue } from "../../core/event_queue";
import { Heartbeats } from "../../core/heartbeat";
import { sleep } from "../../core/time";
import type { Progress } from "../../core/upload_progress";
import type { EventKind, Pulse, SittingView } from "../../generated/api";

export interface ContactPorts {
  readonly progress: () => Promise<Progress>;
  readonly isRecording: () => boolean;
  readonly onSitting: (sitting: SittingView) => void;
}

/** An early finish is the only news that no pulse brings; who stands before the phone then waits this long. */
const SITTING_MS = 30_000;

export class Contact {
  private readonly beats: Heartbeats;
  private readonly events: EventQueue;
  private readonly over = new AbortController();
  private version: number | null = null;
  private askedAt = -Infinity;

  constructor(
    private readonly connection: Connection,
    sittingId: string,
    private readonly ports: ContactPorts,
  ) {
    const { api, clock } = connection;
    const common = { sleep, random: Math.random };
    this.beats = new Heartbeats({
      ...common,
      beat: (body) => api.call("POST /heartbeat", { body }),
      facts: () => heartbeatFacts(ports),
      onPulse: (pulse) => void this.hear(pulse),
      // Offline for hours is no trouble: the next beat tells everything again.
      onError: () => undefined,
    });
    this.events = new EventQueue({
      ...common,
      report: (events) => api.call("POST /events", { body: { events } }),
      store: browserEventStore(`phone-${sittingId}`),
      now: () => clock.now(),
    });
  }

  start(): void {
    void this.beats.run(this.over.signal);
    void this.events.run(this.over.signal);
    document.addEventListener("visibilitychange", this.noteVisible);
    addEventListener("pagehide", this.noteLeft);
    addEventListener("online", this.hurry);
  }

  stop(): void {
    this.over.abort();
    document.removeEventListener("visibilitychange", this.noteVisible);
    removeEventListener("pagehide", this.noteLeft);
    removeEventListener("online", this.hurry);
  }

  /** Tell the desktop now: something changed. */
  readonly hurry = (): void => this.beats.hurry();

  note(kind: EventKind, details: Details = {}): void {
    this.events.note(kind, details);
    this.events.hurry();
  }

  private readonly noteVisible = (): void => this.note(document.hidden ? "hidden" : "visible");
  private readonly noteLeft = (): void => this.note("page_left");

  private async hear(pulse: Pulse): Promise<void> {
    const now = this.connection.clock.monotonic();
    if (pulse.schedule_version === this.version && now - this.askedAt < SITTING_MS) return;
    this.askedAt = now;
    try {
      const sitting = await this.connection.api.call("GET /sitting");
      this.version = sitting.instants.schedule_version;
      this.ports.onSitting(sitting);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.askedAt = -Infinity;
    }
  }
}
