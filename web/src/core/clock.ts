/**
 * The server's time, whatever the device's clock says.
 *
 * An answer's instant is taken to be that of the middle of its round trip, so the error is at most half of it; of
 * the last answers the one that promises least error is believed (RFC 5905, 10, the clock filter). Between answers
 * a monotonic clock counts on, so that setting the device's clock changes nothing. Most devices' monotonic clock
 * stands still while they sleep, and only the device's own then knows how long: see `believesSleep`.
 */
import { readInstant } from "./instants";

/** Milliseconds of two clocks: one that only goes forward, and the device's own. */
export interface DeviceClocks {
  monotonic(): number;
  wall(): number;
}

/** An instant by both clocks. */
export interface Reading {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

interface Sample {
  /** Server time minus monotonic time. */
  readonly offsetMs: number;
  readonly halfTripMs: number;
  readonly takenAt: number;
}

const REMEMBERED = 8;
/** Quartz in cheap devices drifts by up to this much: an old sample promises less. */
const DRIFT = 100e-6;
/** A step of the device's clock against the monotonic one by more than this: it was set, or the device slept. */
const STEP_MS = 1_000;

export class ServerClock {
  private samples: Sample[] = [];
  private wallAhead: number;
  private recalledMs = 0;

  /**
   * @param believesSleep until the next answer, take a step forward of the device's clock for a sleep: right for a phone,
   * which is locked often and offline for hours. Wrong where a clock is set forward: a desktop's countdown would be over.
   */
  constructor(
    private readonly device: DeviceClocks = deviceClocks,
    private readonly believesSleep = false,
  ) {
    this.wallAhead = device.wall() - device.monotonic();
  }

  /** The monotonic clock's time. */
  monotonic(): number {
    return this.device.monotonic();
  }

  /** Both clocks of the device as they stand, for `learn`. */
  read(): Reading {
    return { monotonicMs: this.device.monotonic(), wallMs: this.device.wall() };
  }

  /** Take note of an answer: when it was asked for and received, what time it said. */
  learn(sent: Reading, serverAt: number | string, received: Reading): void {
    const { monotonicMs: sentAt } = sent;
    const { monotonicMs: receivedAt } = received;
    const halfTripMs = (receivedAt - sentAt) / 2;
    // The device slept over it, or its clock was set: how long the answer took is not known.
    if (Math.abs(received.wallMs - sent.wallMs - (receivedAt - sentAt)) > STEP_MS) return;
    if (!(halfTripMs >= 0)) return;
    if (this.wasInterrupted) this.samples = [];
    this.wallAhead = this.device.wall() - this.device.monotonic();
    const at = typeof serverAt === "string" ? readInstant(serverAt) : serverAt;
    this.samples.push({ offsetMs: at - (sentAt + halfTripMs), halfTripMs, takenAt: receivedAt });
    this.samples = this.samples.slice(-REMEMBERED);
  }

  /** Before the first answer, believe what an earlier page found as `aheadOfDeviceMs`: this one may be offline. */
  recall(aheadOfDeviceMs: number): void {
    this.recalledMs = aheadOfDeviceMs;
  }

  /** By how much the server's time is ahead of the device's own clock; null before the first answer. */
  get aheadOfDeviceMs(): number | null {
    return this.best() === null ? null : this.now() - this.device.wall();
  }

  /** The server's time in Unix ms; before the first answer the device's own, or by what was recalled. */
  now(): number {
    const best = this.best();
    if (best === null) return this.device.wall() + this.recalledMs;
    return this.device.monotonic() + best.offsetMs + (this.believesSleep && this.stepMs > STEP_MS ? this.stepMs : 0);
  }

  /** The most by which `now` may be wrong; null before the first answer. */
  get uncertaintyMs(): number | null {
    const best = this.best();
    return best === null ? null : this.doubt(best);
  }

  /** Whether the device slept or its clock was set since the last answer: then ask the server anew. */
  get wasInterrupted(): boolean {
    return Math.abs(this.stepMs) > STEP_MS;
  }

  /** By how much the device's clock went on without the monotonic one since the last answer. */
  private get stepMs(): number {
    return this.device.wall() - this.device.monotonic() - this.wallAhead;
  }

  private best(): Sample | null {
    return this.samples.reduce<Sample | null>(
      (best, sample) => (best === null || this.doubt(sample) <= this.doubt(best) ? sample : best),
      null,
    );
  }

  private doubt(sample: Sample): number {
    return sample.halfTripMs + (this.device.monotonic() - sample.takenAt) * DRIFT;
  }
}

/** The clocks of the machine that runs this. */
export const deviceClocks: DeviceClocks = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
};
