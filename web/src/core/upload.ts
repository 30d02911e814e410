/**
 * Brings everything in a spool to the server: declare, put what is missing, complete, wait for the verdict (DESIGN §8).
 *
 * All state is the spool's and the server's, so a page may die at any moment and another go on. Each kind has a lane
 * of its own with one part in flight; while a segment's parts go up, the next is declared and the one before completed,
 * so that the line waits for no answer. A less critical kind stands back while a more critical one is behind.
 */
import type { RecordingView, SegmentView } from "../generated/api";
import { Alarm, rest } from "./alarm";
import { type Backoff, waitMs } from "./backoff";
import { deliver, type DeliveryPorts, remedyFor, type Sent } from "./delivery";
import { ApiError, BucketBusy, ClientError, clientErrorOf, isPassing, SegmentDamaged, Unexpected } from "./errors";
import { isSealed, type RecordingKind, type SealedSegment, type Segment } from "./segment";
import type { SpoolPort } from "./spool";
import type { Random, Sleep } from "./time";
import { Turnstile } from "./turnstile";
import { kindProgress, type Progress, rateOf } from "./upload_progress";

export interface UploadPorts extends DeliveryPorts {
  readonly spool: SpoolPort;
  readonly sleep: Sleep;
  readonly random: Random;
}

const BACKOFF: Backoff = { firstMs: 500, longestMs: 30_000 };
const IDLE_MS = 5_000;
const VERDICT_MS = 15_000;
/** Four times as long at most between two questions, while the server verifies nothing. */
const MOST_PATIENT = 2;
const RESENDS = 3;
/** A lane stands back while one before it has more segments waiting than this. */
const BEHIND = 2;

export class Uploader {
  private readonly givenUp = new Map<string, ClientError>();
  /** Where a kind's parts go up. */
  private readonly lines = new Map<RecordingKind, Turnstile>();
  private readonly inHand = new Set<string>();
  /** What this device could not read when it was its turn. */
  private readonly unreadable = new Set<string>();
  private readonly failing = new Set<RecordingKind>();
  private readonly damaged = new Map<string, number>();
  private readonly closingsRefused = new Set<RecordingKind>();
  private readonly listeners = new Set<(progress: Progress) => void>();
  private sent: Sent[] = [];
  private server: readonly RecordingView[] = [];
  private online = true;
  private lastError: ClientError | null = null;
  private fruitless = 0;
  private readonly alarm = new Alarm();
  /** Rings when a segment began to go up or is through: whoever stood back looks again. */
  private readonly moved = new Alarm();

  /** @param kinds the recordings that this device makes, the most critical first */
  constructor(
    private readonly ports: UploadPorts,
    private readonly kinds: readonly RecordingKind[],
  ) {}

  /** Work until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.kinds.flatMap((kind) => [this.lane(kind, signal), this.assist(kind, signal)]), this.askForVerdicts(signal)]);
  }

  /** Something changed (a segment was sealed, the network came back, somebody waits): look now. */
  wake(): void {
    this.fruitless = 0;
    this.alarm.ring();
  }

  /** Try again what was given up: the deadline was moved, or a person asked. */
  reconsider(): void {
    this.givenUp.clear();
    this.damaged.clear();
    this.closingsRefused.clear();
    this.wake();
  }

  /** @returns how to stop listening */
  onProgress(listener: (progress: Progress) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async progress(): Promise<Progress> {
    const segments = await this.ports.spool.segments();
    const kinds = this.kinds.map((kind) => kindProgress(kind, segments, this.givenUp));
    const closings = await Promise.all(this.kinds.map((kind) => this.ports.spool.closing(kind)));
    const sum = (of: (kind: (typeof kinds)[number]) => number): number => kinds.reduce((n, kind) => n + of(kind), 0);
    const bytesPerSecond = rateOf(this.sent);
    const waitingBytes = sum((kind) => kind.waitingBytes);
    return {
      kinds,
      waitingSegments: sum((kind) => kind.waiting),
      waitingBytes,
      bytesPerSecond,
      forecastMs: waitingBytes === 0 ? 0 : bytesPerSecond === null ? null : (waitingBytes * 1000) / bytesPerSecond,
      online: this.online,
      lastError: this.lastError,
      settled:
        sum((kind) => kind.recording + kind.waiting + kind.uploaded) === 0 &&
        !segments.some((one) => one.isInMemory) &&
        this.kinds.every((kind, at) => closings[at]?.told !== false || this.closingsRefused.has(kind)),
      server: this.server,
    };
  }

  private async lane(kind: RecordingKind, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const bell = this.alarm.next;
      const moved = this.moved.next;
      try {
        const segment = await this.next(kind);
        if (segment) await this.bring(segment, signal);
        else if (!(await this.tellClosing(kind))) await rest(this.ports.sleep, IDLE_MS, signal, bell, moved);
        failures = 0;
        this.failing.delete(kind);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.failing.add(kind);
        await this.note(error);
        const after = error instanceof ApiError || error instanceof BucketBusy ? error.retryAfterMs : null;
        await rest(this.ports.sleep, waitMs(BACKOFF, failures, this.ports.random, after), signal, bell);
      }
    }
  }

  /** While parts of the lane's segment go up, bring the next as far as the line; what fails is left to the lane. */
  private async assist(kind: RecordingKind, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const moved = this.moved.next;
      try {
        const isOfUse = this.lineOf(kind).isTaken && !this.failing.has(kind);
        const segment = isOfUse ? await this.next(kind) : null;
        if (segment) await this.bring(segment, signal);
        else await rest(this.ports.sleep, IDLE_MS, signal, moved);
      } catch (error) {
        if (signal.aborted) return;
        this.failing.add(kind);
        await this.note(error);
      }
    }
  }

  private lineOf(kind: RecordingKind): Turnstile {
    const line = this.lines.get(kind) ?? new Turnstile();
    this.lines.set(kind, line);
    return line;
  }

  /** Takes the oldest segment of the kind that waits, unless a more critical kind is behind. */
  private async next(kind: RecordingKind): Promise<SealedSegment | null> {
    const waiting = (await this.ports.spool.segments()).filter((one) => this.waits(one)).filter(isSealed);
    const before = this.kinds.slice(0, this.kinds.indexOf(kind));
    const isReadable = (one: Segment): boolean => !this.unreadable.has(one.id);
    if (before.some((other) => waiting.filter((one) => one.kind === other && isReadable(one)).length > BEHIND)) return null;
    const mine = waiting.filter((one) => one.kind === kind && !this.inHand.has(one.id));
    // What this device cannot read now is tried again after all the others.
    const segment = mine.find(isReadable) ?? mine[0] ?? null;
    if (segment) this.inHand.add(segment.id);
    return segment;
  }

  private waits(segment: Segment): boolean {
    return segment.phase === "sealed" && !this.givenUp.has(segment.id);
  }

  private async bring(segment: SealedSegment, signal: AbortSignal): Promise<void> {
    try {
      const line = this.lineOf(segment.kind);
      const onLine = (): void => this.moved.ring();
      await this.keep(segment, await deliver(this.ports, segment, line, onLine, (sent) => this.noteSent(sent), signal));
      this.online = true;
      this.lastError = null;
      this.unreadable.delete(segment.id);
      await this.tell();
    } catch (error) {
      if (!(error instanceof ClientError) || error instanceof Unexpected) this.unreadable.add(segment.id);
      if (!(error instanceof ClientError)) throw error;
      switch (remedyFor(error)) {
        case "again":
          throw error;
        case "renumber":
          await this.renumber(segment);
          break;
        case "give_up":
          this.givenUp.set(segment.id, error);
          await this.note(error);
      }
    } finally {
      this.inHand.delete(segment.id);
      this.moved.ring();
    }
  }

  private async keep(segment: SealedSegment, answer: SegmentView): Promise<void> {
    if (answer.state === "verified") await this.ports.spool.release(segment.id);
    else await this.ports.spool.markUploaded(segment.id);
  }

  /** Another device recorded under this number: take one that the server does not know. */
  private async renumber(segment: SealedSegment): Promise<void> {
    this.server = (await this.ports.api.recordings()).recordings;
    const taken = this.server.find((one) => one.kind === segment.kind)?.segments ?? [];
    await this.ports.spool.renumber(segment.id, Math.max(0, ...taken.map((one) => one.segment_no)));
  }

  /** @returns whether there was something to tell */
  private async tellClosing(kind: RecordingKind): Promise<boolean> {
    const closing = await this.ports.spool.closing(kind);
    if (closing === null || closing.told || this.closingsRefused.has(kind)) return false;
    // A lane that stands back is not through; and what is renumbered on its way comes under a number above the last.
    if ((await this.ports.spool.segments()).some((one) => one.kind === kind && this.waits(one))) return false;
    try {
      await this.ports.api.close(kind, closing.lastSegmentNo);
      await this.ports.spool.markClosingTold(kind);
    } catch (error) {
      if (!(error instanceof ClientError) || remedyFor(error) === "again") throw error;
      this.closingsRefused.add(kind);
      await this.note(error);
    }
    await this.tell();
    return true;
  }

  private async askForVerdicts(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const bell = this.alarm.next;
      try {
        await this.collectVerdicts();
      } catch (error) {
        await this.note(error);
      }
      await rest(this.ports.sleep, VERDICT_MS * 2 ** this.fruitless, signal, bell);
    }
  }

  private async collectVerdicts(): Promise<void> {
    const awaited = (await this.ports.spool.segments()).filter((one) => one.phase === "uploaded");
    if (awaited.length === 0) return;
    this.server = (await this.ports.api.recordings()).recordings;
    this.online = true;
    let left = awaited.length;
    for (const segment of awaited) {
      const standing = this.server
        .find((one) => one.kind === segment.kind)
        ?.segments.find((one) => one.segment_no === segment.segmentNo);
      if (standing && isSealed(segment) && standing.sha256 === segment.seal.sha256) {
        if (standing.state !== "uploaded") left -= 1;
        await this.heed(segment, standing);
      }
    }
    // A server that has verified nothing since is behind, and asking does not make it faster.
    this.fruitless = left < awaited.length ? 0 : Math.min(this.fruitless + 1, MOST_PATIENT);
    await this.tell();
  }

  private async heed(segment: SealedSegment, standing: SegmentView): Promise<void> {
    if (standing.state === "verified") {
      this.givenUp.delete(segment.id);
      await this.ports.spool.release(segment.id);
    } else if (standing.state === "declared") {
      await this.ports.spool.markAgain(segment.id);
    } else if (standing.state === "damaged") {
      const times = (this.damaged.get(segment.id) ?? 0) + 1;
      this.damaged.set(segment.id, times);
      if (times > RESENDS) {
        this.givenUp.set(segment.id, new SegmentDamaged(segment.kind, segment.segmentNo, standing.faults));
      } else {
        await this.ports.spool.markAgain(segment.id);
      }
    }
  }

  private noteSent(sent: Sent): void {
    this.sent = [...this.sent, sent].slice(-50);
    this.online = true;
    void this.tell();
  }

  /** Whatever it is, it must not end the uploading of everything else. */
  private async note(error: unknown): Promise<void> {
    if (isAway(error)) this.online = false;
    this.lastError = clientErrorOf(error);
    await this.tell();
  }

  private async tell(): Promise<void> {
    if (this.listeners.size === 0) return;
    try {
      const progress = await this.progress();
      for (const listener of this.listeners) listener(progress);
    } catch (error) {
      this.lastError = new Unexpected({ cause: error });
    }
  }
}

/** Nobody answered, or somebody who is busy: to a person it is the same. */
function isAway(error: unknown): boolean {
  return error instanceof BucketBusy || isPassing(error);
}
