/** Signs of life: what the device says of itself, and what may have changed for it meanwhile. */
import type { Heartbeat, Pulse } from "../generated/api";
import { Alarm, rest } from "./alarm";
import { type ClientError, clientErrorOf } from "./errors";
import type { Random, Sleep } from "./time";

export interface HeartbeatPorts {
  readonly beat: (facts: Heartbeat) => Promise<Pulse>;
  readonly facts: () => Promise<Heartbeat>;
  readonly onPulse: (pulse: Pulse) => void;
  readonly onError: (error: ClientError) => void;
  readonly sleep: Sleep;
  readonly random: Random;
}

const EVERY_MS = 15_000;

export class Heartbeats {
  private readonly alarm = new Alarm();

  constructor(private readonly ports: HeartbeatPorts) {}

  /** Beat now: the network came back, or something must be told. */
  hurry(): void {
    this.alarm.ring();
  }

  /** Beat until the signal is aborted. A beat that fails is not repeated, the next one comes. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const bell = this.alarm.next;
      try {
        this.ports.onPulse(await this.ports.beat(await this.ports.facts()));
      } catch (error) {
        this.ports.onError(clientErrorOf(error));
      }
      // Spread, so that thousands who entered in the same second do not beat as one.
      await rest(this.ports.sleep, EVERY_MS * (0.75 + this.ports.random() / 2), signal, bell);
    }
  }
}
