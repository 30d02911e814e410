/** One run of a MediaRecorder: the segment that it writes, slice by slice, in order. */
import { DiskFull } from "../core/errors";
import type { SealedSegment } from "../core/segment";
import type { SpoolPort } from "../core/spool";
import { type Sleep, sleep } from "../core/time";
import type { RecordingKind } from "../generated/flow";
import type { Encoding } from "./codecs";

export const SLICE_MS = 1_000;
const TRY_AGAIN_MS = 1_000;
/** A first slice that comes later than this holds the last second, and not all since the start. */
const LATE_MS = 3_000;

export interface TakePorts {
  readonly kind: RecordingKind;
  readonly spool: SpoolPort;
  readonly now: () => number;
  readonly onSlice: (take: Take) => void;
  /** All that came so far is on disk. */
  readonly onWritten: (take: Take) => void;
  readonly onSealed: (segment: SealedSegment) => void;
  /** Something is in memory alone; it is tried again. */
  readonly onSpoolError: (take: Take, error: unknown) => void;
  readonly onRecorderError: (take: Take, error: unknown) => void;
  readonly sleep?: Sleep;
}

export class Take {
  private readonly recorder: MediaRecorder;
  private startedAt: number;
  private endedAt: number | null = null;
  private segmentId: Promise<string> | null = null;
  private written: Promise<void> = Promise.resolve();
  /** So many slices and the seal are yet to be written. */
  private waiting = 0;
  /** Since when the spool has not answered. */
  private askedAt: number | null = null;
  /** Whether all that was written before it is on disk too, and not in memory alone. */
  private isOnDisk = true;
  private finish!: () => void;
  /** Resolves once it was stopped and is sealed; what a full disk did not take of it is in the spool's memory. */
  readonly done = new Promise<void>((resolve) => {
    this.finish = resolve;
  });

  /** Begins at once. @throws DOMException when the tracks are over */
  constructor(
    private readonly ports: TakePorts,
    stream: MediaStream,
    encoding: Encoding,
  ) {
    // Keyframes every 2 s, so that MP4's pieces come often enough; other browsers pass the option over.
    const options = { ...encoding, videoKeyFrameIntervalDuration: 2_000 };
    this.recorder = new MediaRecorder(stream, options);
    this.recorder.ondataavailable = (event) => this.take(event.data);
    this.recorder.onstop = () => this.seal();
    this.recorder.onerror = (event) => ports.onRecorderError(this, (event as ErrorEvent).error ?? event);
    this.startedAt = ports.now();
    this.recorder.start(SLICE_MS);
  }

  /** How long it runs. */
  get lengthMs(): number {
    return this.ports.now() - this.startedAt;
  }

  /** Nothing of it waits to be written or sealed. */
  get isIdle(): boolean {
    return this.waiting === 0;
  }

  /** For how long the spool has left a call of it without an answer. */
  get unansweredMs(): number {
    return this.askedAt === null ? 0 : this.ports.now() - this.askedAt;
  }

  /** Ends it; what the recorder still holds comes afterwards. */
  stop(): void {
    this.endedAt ??= this.ports.now();
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }

  private take(slice: Blob): void {
    const at = this.endedAt ?? this.ports.now();
    // An empty slice is the sign of a recorder that gets no picture: it is no sign of life.
    if (slice.size === 0) return;
    if (this.segmentId === null && at - this.startedAt > LATE_MS) this.startedAt = at - SLICE_MS;
    // By now the recorder knows what it really writes.
    this.segmentId ??= this.ports.spool.begin(this.ports.kind, this.recorder.mimeType, this.startedAt);
    this.inOrder((id) => this.write(id, slice, at));
    this.ports.onSlice(this);
  }

  private seal(): void {
    // The browser stops a recorder by itself when its tracks end.
    this.endedAt ??= this.ports.now();
    const endedAt = this.endedAt;
    if (this.segmentId === null) return this.finish();
    let sealed: SealedSegment | null = null;
    this.inOrder(async (id) => {
      sealed = await this.ports.spool.seal(id, endedAt);
    });
    void this.written.then(() => {
      this.finish();
      if (sealed) this.ports.onSealed(sealed);
    });
  }

  private async write(id: string, slice: Blob, at: number): Promise<void> {
    const bytes = new Uint8Array(await slice.arrayBuffer());
    this.isOnDisk = await this.ports.spool.append(id, bytes, at, this.endedAt !== null);
  }

  /** Until it is done: to give up a slice is to lose a second of an exam. */
  private inOrder(act: (id: string) => Promise<void>): void {
    this.waiting += 1;
    this.written = this.written.then(async () => {
      while (!(await this.isDone(act))) await (this.ports.sleep ?? sleep)(TRY_AGAIN_MS);
      this.waiting -= 1;
      if (!this.isOnDisk) this.ports.onSpoolError(this, new DiskFull());
      else if (this.waiting === 0) this.ports.onWritten(this);
    });
  }

  private async isDone(act: (id: string) => Promise<void>): Promise<boolean> {
    this.askedAt = this.ports.now();
    try {
      await act(await (this.segmentId as Promise<string>));
      return true;
    } catch (error) {
      this.ports.onSpoolError(this, error);
      return false;
    } finally {
      this.askedAt = null;
    }
  }
}
