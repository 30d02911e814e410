/**
 * Records a stream as segments into the spool: raw tracks, a slice a second, a new segment every `segmentMs`. The
 * next recorder begins before the one that it follows ends, so that no frame falls between two: a recorder that is
 * stopped throws away what its encoder still holds. It watches itself and mends what can be mended without a person.
 */
import { LONGEST_MS, type SealedSegment } from "../core/segment";
import type { SpoolPort } from "../core/spool";
import { type Sleep, sleep } from "../core/time";
import type { RecordingKind } from "../generated/flow";
import { chooseEncoding, type Encoding } from "./codecs";
import { Take } from "./take";
import type { Troubles } from "./trouble";

export interface RecorderPorts {
  readonly kind: RecordingKind;
  readonly spool: SpoolPort;
  readonly troubles: Troubles;
  /** Server time, Unix ms. */
  readonly now: () => number;
  readonly segmentMs: number;
  /** A second of it is on disk: whatever happens now, the recording has begun. */
  readonly onWritten?: () => void;
  /** A segment is whole: the uploader may have it. */
  readonly onSealed: (segment: SealedSegment) => void;
  readonly sleep?: Sleep;
}

/** No slice for so long is told, */
const SILENT_MS = 3_000;
/**
 * for so long is answered by a new recorder over the same tracks, and then for twice as long each time: a machine
 * that is merely slow would lose more by being started over.
 */
const RESTART_MS = 10_000;
const MOST_PATIENT_MS = 160_000;
const AT_ONCE_MS = 1_000;
/** So often it is asked whether a full disk has taken everything, or the server. */
const AGAIN_MS = 1_000;
const LAST_CHANCE_MS = 60_000;
/** A spool that does not answer for so long writes nothing, whatever keeps it. */
const UNANSWERED_MS = 10_000;

export class Recorder {
  private take: Take | null = null;
  /** Begun, and to follow as soon as it has shown that it records. */
  private next: Take | null = null;
  private stream: MediaStream | null = null;
  private readonly ending = new Set<Take>();
  private encoding: Encoding | null = null;
  /** Of which something is in memory alone. */
  private readonly failing = new Set<Take>();
  private looking: Promise<void> | null = null;
  private lastSliceAt = 0;
  private begunAt = 0;
  private patienceMs = RESTART_MS;

  constructor(private readonly ports: RecorderPorts) {}

  get isRecording(): boolean {
    return this.take !== null;
  }

  /** What is being recorded. */
  get tracks(): readonly MediaStreamTrack[] {
    return this.stream?.getTracks() ?? [];
  }

  /**
   * Record a stream; of one that was recorded before, the segment ends and the next begins with this one.
   *
   * @throws DOMException when the browser cannot record it
   */
  record(stream: MediaStream): void {
    const encoding = chooseEncoding(this.ports.kind, stream.getAudioTracks().length > 0);
    if (encoding === null) throw new DOMException("no encoding for this stream", "NotSupportedError");
    this.watch(this.stream, stream);
    this.stream = stream;
    this.encoding = encoding;
    this.ports.troubles.end(this.ports.kind, "track_ended");
    this.ports.troubles.end(this.ports.kind, "muted");
    this.lastSliceAt = this.ports.now();
    this.beginAnew();
  }

  /** End the recording; resolves when all of it is sealed, so that it can be sent. The tracks stay the caller's. */
  async stop(): Promise<void> {
    this.watch(this.stream, null);
    this.endTakes();
    this.stream = null;
    for (const what of ["no_data", "track_ended", "muted", "recorder_failed"] as const) {
      this.ports.troubles.end(this.ports.kind, what);
    }
    await Promise.all([...this.ending].map((take) => take.done));
  }

  /** Resolves when nothing of what was recorded is in memory alone: until then the spool must not be shut. */
  async settled(): Promise<void> {
    while (this.failing.size > 0) {
      await this.lookAtSpool();
      if (this.failing.size > 0) await (this.ports.sleep ?? sleep)(AGAIN_MS);
    }
  }

  /** Look whether data still comes; to be called every second, by a beat that hidden tabs do not slow. */
  lookAtItself(): void {
    for (const take of this.takes) {
      if (take.unansweredMs > UNANSWERED_MS) this.onSpoolError(take, new DOMException("no answer", "TimeoutError"));
    }
    if (this.failing.size > 0) void this.lookAtSpool();
    if (this.stream === null) return;
    const now = this.ports.now();
    if (now - this.lastSliceAt > SILENT_MS) this.ports.troubles.begin(this.ports.kind, "no_data");
    if (!this.tracks.some((track) => track.readyState === "live")) return;
    if (this.take === null) {
      // What did not start has nothing to lose.
      this.beginAnew();
    } else if (now - Math.max(this.lastSliceAt, this.begunAt) > this.patienceMs) {
      this.patienceMs = Math.min(this.patienceMs * 2, MOST_PATIENT_MS);
      this.beginAnew();
    }
  }

  /** What is in memory may have gone to the disk or the server, though no slice came since. */
  private lookAtSpool(): Promise<void> {
    // A spool that is shut keeps nothing any more; one that does not answer is not asked again meanwhile.
    this.looking ??= this.ports.spool
      .settle(this.ports.kind)
      .catch(() => true)
      .then((isSettled) => {
        this.looking = null;
        if (isSettled) this.forgetIdle();
      });
    return this.looking;
  }

  private get takes(): readonly Take[] {
    return [this.take, this.next, ...this.ending].filter((take) => take !== null);
  }

  /** In one task: the new recorder starts before the event loop hands out another frame. */
  private beginAnew(): void {
    this.endTakes();
    this.take = this.begin();
    this.begunAt = this.ports.now();
  }

  private rotate(): void {
    this.next = this.begin();
  }

  private handOver(): void {
    const next = this.next;
    this.next = null;
    this.endTakes();
    this.take = next;
  }

  private begin(): Take | null {
    if (this.stream === null || this.encoding === null) return null;
    try {
      return new Take(this.takePorts(), this.stream, this.encoding);
    } catch (error) {
      this.ports.troubles.begin(this.ports.kind, "recorder_failed", { error: nameOf(error) });
      return null;
    }
  }

  private endTakes(): void {
    this.end(this.take);
    this.end(this.next);
    this.take = null;
    this.next = null;
  }

  private end(take: Take | null): void {
    if (take === null) return;
    this.ending.add(take);
    void take.done.then(() => this.ending.delete(take));
    take.stop();
  }

  private takePorts(): ConstructorParameters<typeof Take>[0] {
    const { kind, spool, now, onWritten, onSealed, sleep } = this.ports;
    return {
      kind,
      spool,
      now,
      ...(sleep ? { sleep } : {}),
      onSlice: (take) => this.onSlice(take),
      onWritten: (take) => {
        this.forgetIdle();
        if (take === this.take) onWritten?.();
      },
      onSealed,
      onSpoolError: (take, error) => this.onSpoolError(take, error),
      onRecorderError: (take, error) => this.onRecorderError(take, error),
    };
  }

  private onSlice(take: Take): void {
    if (take === this.next) this.handOver();
    if (take !== this.take) return;
    this.lastSliceAt = this.ports.now();
    this.patienceMs = RESTART_MS;
    this.ports.troubles.end(this.ports.kind, "no_data");
    // By the data and not by a timer: a hidden tab's timers are late, its data is not.
    const isDue = this.next === null && take.lengthMs >= this.ports.segmentMs;
    // Where no second recorder starts beside the first, it may do so in its place, before the segment is too long.
    if (isDue && take.lengthMs >= LONGEST_MS - LAST_CHANCE_MS) this.beginAnew();
    else if (isDue) this.rotate();
    // One that shows nothing beside the other may do so alone.
    else if (this.next !== null && this.next.lengthMs > RESTART_MS) this.handOver();
    if (!isDue || this.next !== null) this.ports.troubles.end(this.ports.kind, "recorder_failed");
  }

  private onSpoolError(take: Take, error: unknown): void {
    this.failing.add(take);
    this.ports.troubles.begin(this.ports.kind, "spool_failed", { error: nameOf(error) });
  }

  /** Nothing is in memory alone but what still waits for its turn. */
  private forgetIdle(): void {
    for (const take of this.failing) {
      if (take.isIdle) this.failing.delete(take);
    }
    if (this.failing.size === 0) this.ports.troubles.end(this.ports.kind, "spool_failed");
  }

  private onRecorderError(take: Take, error: unknown): void {
    // What is over already takes nothing with it.
    if (take !== this.take && take !== this.next) return;
    this.ports.troubles.begin(this.ports.kind, "recorder_failed", { error: nameOf(error) });
    if (take === this.next) {
      this.next = null;
      this.end(take);
    } else if (this.ports.now() - this.begunAt < AT_ONCE_MS) {
      // What fails as soon as it begins waits for the next beat.
      this.endTakes();
    } else {
      this.beginAnew();
    }
  }

  private watch(before: MediaStream | null, after: MediaStream | null): void {
    for (const track of before?.getTracks() ?? []) {
      track.removeEventListener("ended", this.onEnded);
      track.removeEventListener("mute", this.onMute);
      track.removeEventListener("unmute", this.onUnmute);
    }
    for (const track of after?.getTracks() ?? []) {
      track.addEventListener("ended", this.onEnded);
      track.addEventListener("mute", this.onMute);
      track.addEventListener("unmute", this.onUnmute);
    }
  }

  private readonly onEnded = (event: Event): void => {
    this.ports.troubles.begin(this.ports.kind, "track_ended", { track: (event.target as MediaStreamTrack).kind });
  };

  private readonly onMute = (event: Event): void => {
    this.ports.troubles.begin(this.ports.kind, "muted", { track: (event.target as MediaStreamTrack).kind });
  };

  private readonly onUnmute = (): void => {
    if (this.tracks.every((track) => !track.muted)) this.ports.troubles.end(this.ports.kind, "muted");
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "Error";
}
