/** What this computer tells of itself and of what it sees: heartbeats and integrity events of one sitting. */
import { browserEventStore } from "../../browser/event_store";
import { heartbeatFacts } from "../../browser/heartbeat";
import { IntegrityWatch } from "../../browser/integrity";
import type { Ticker } from "../../browser/ticker";
import { EventQueue } from "../../core/event_queue";
import { Heartbeats } from "../../core/heartbeat";
import { sleep } from "../../core/time";
import type { Progress } from "../../core/upload_progress";
import type { Pulse } from "../../generated/api";
import type { Room } from "./room";

export interface Told {
  readonly progress: () => Promise<Progress>;
  readonly isRecording: () => boolean;
}

export class Voice {
  readonly events: EventQueue;
  readonly integrity: IntegrityWatch;
  private readonly heartbeats: Heartbeats;
  /** Of the device that sits the exam, and no other. */
  private speaking: AbortController | null = null;

  constructor(
    private readonly room: Room,
    sittingId: string,
    ticker: Ticker,
    told: Told,
  ) {
    const { api } = room;
    const random = Math.random;
    this.events = new EventQueue({
      report: (events) => api.call("POST /events", { body: { events } }),
      store: browserEventStore(sittingId),
      now: () => room.nowMs(),
      sleep,
      random,
    });
    this.heartbeats = new Heartbeats({
      beat: (body) => room.heeding(() => api.call("POST /heartbeat", { body })),
      facts: () => heartbeatFacts(told),
      onPulse: (pulse) => this.heed(pulse),
      onError: () => undefined,
      sleep,
      random,
    });
    this.integrity = new IntegrityWatch({
      note: (kind, details) => this.events.note(kind, details),
      onTick: (look) => ticker.onTick(look),
    });
  }

  speak(): void {
    if (this.speaking !== null) return;
    this.speaking = new AbortController();
    void this.events.run(this.speaking.signal);
    void this.heartbeats.run(this.speaking.signal);
  }

  fallSilent(): void {
    this.speaking?.abort();
    this.speaking = null;
  }

  /** Something is to be known now. */
  hurry(): void {
    this.events.hurry();
    this.heartbeats.hurry();
  }

  private heed(pulse: Pulse): void {
    this.room.phoneSeen.value = pulse.phone;
    const instants = this.room.sitting.value?.instants;
    if (!instants) return;
    if (pulse.schedule_version !== instants.schedule_version || Date.parse(pulse.ends_at) !== Date.parse(instants.ends_at)) {
      this.room.lookNow();
    }
  }
}
