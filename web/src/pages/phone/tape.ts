/** One sitting's evidence on this phone: spool, recorder, camera and uploader, wired once. */
import type { Connection } from "../../browser/client";
import { type CameraState, EvidenceCamera } from "../../browser/phone/evidence_camera";
import { Recorder } from "../../browser/recorder";
import { BrowserSpool } from "../../browser/spool/client";
import { Ticker } from "../../browser/ticker";
import { type Trouble, Troubles } from "../../browser/trouble";
import { uploaderOf } from "../../browser/uploader";
import type { Stretch } from "../../core/phone/gaps";
import type { Segment } from "../../core/segment";
import type { Uploader } from "../../core/upload";
import type { Progress } from "../../core/upload_progress";

export const EVIDENCE = "evidence";

const OF_CAMERA: ReadonlySet<string> = new Set(["track_ended", "muted"]);

export interface TapeListener {
  /** The recorder is in trouble or out of it; that the camera is gone `onCamera` says. */
  onTrouble(trouble: Trouble, isOver: boolean): void;
  onCamera(state: CameraState, stream: MediaStream | null): void;
  onProgress(progress: Progress): void;
  /** Called every second, hidden or not. */
  onTick(): void;
}

export class Tape {
  readonly camera: EvidenceCamera;
  readonly uploader: Uploader;
  private readonly recorder: Recorder;
  private readonly ticker = new Ticker(1_000);
  private readonly over = new AbortController();

  private constructor(
    readonly spool: BrowserSpool,
    connection: Connection,
    segmentSeconds: number,
    listener: TapeListener,
  ) {
    const now = (): number => connection.clock.now();
    const troubles = new Troubles(now);
    troubles.onChange((trouble, isOver) => {
      if (!OF_CAMERA.has(trouble.what)) listener.onTrouble(trouble, isOver);
    });
    this.uploader = uploaderOf(connection, spool, [EVIDENCE]);
    this.recorder = new Recorder({
      kind: EVIDENCE,
      spool,
      troubles,
      now,
      segmentMs: segmentSeconds * 1000,
      onSealed: () => this.uploader.wake(),
    });
    this.camera = new EvidenceCamera({ recorder: this.recorder, onChange: listener.onCamera });
    this.uploader.onProgress(listener.onProgress);
    this.ticker.onTick(() => {
      this.recorder.lookAtItself();
      listener.onTick();
    });
    addEventListener("online", this.wake);
    void this.uploader.run(this.over.signal);
  }

  /** @throws SpoolTaken when another page holds it */
  static async open(
    connection: Connection,
    sittingId: string,
    segmentSeconds: number,
    listener: TapeListener,
  ): Promise<Tape> {
    return new Tape(await BrowserSpool.open(sittingId), connection, segmentSeconds, listener);
  }

  /** What was recorded so far, that of the moment too. */
  async stretches(): Promise<Stretch[]> {
    return (await this.spool.segments()).map(stretchOf);
  }

  /** Go on with a recording of which the server knows segments up to a number. */
  async resumeAfter(segmentNo: number): Promise<void> {
    await this.spool.takeBackClosing(EVIDENCE);
    await this.spool.raiseFloor(EVIDENCE, segmentNo);
    // What was refused of the recording that ended may be taken of the one that goes on.
    this.uploader.reconsider();
  }

  /** End the recording for good. */
  async finish(): Promise<void> {
    await this.camera.stop();
    await this.spool.close(EVIDENCE);
    this.uploader.wake();
  }

  /** Let go of everything, so that another page or sitting may have it. */
  async shut(): Promise<void> {
    await this.camera.stop();
    // What a full disk did not take goes up meanwhile.
    await this.recorder.settled();
    this.over.abort();
    this.ticker.stop();
    removeEventListener("online", this.wake);
    this.spool.shut();
  }

  private readonly wake = (): void => this.uploader.wake();
}

function stretchOf({ startedAt, lastSliceAt, seal }: Segment): Stretch {
  return { startedAt, endedAt: seal?.endedAt ?? lastSliceAt ?? startedAt };
}
