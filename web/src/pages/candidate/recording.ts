/**
 * Camera and screen of one sitting: recorded into the spool, brought to the server, watched. It lives as long as
 * the page knows the sitting: it delivers what an earlier page left behind, whether it records or not.
 */
import { reactive, type Ref, ref, shallowRef, watch } from "vue";
import { BlackWatch } from "../../browser/black_watch";
import { type SharedScreen, stopTracks } from "../../browser/devices";
import { Recorder } from "../../browser/recorder";
import { BrowserSpool } from "../../browser/spool/client";
import { Ticker } from "../../browser/ticker";
import { type Trouble, Troubles } from "../../browser/trouble";
import { uploaderOf } from "../../browser/uploader";
import { WakeLock } from "../../browser/wake_lock";
import { type ClientError } from "../../core/errors";
import type { EventQueue } from "../../core/event_queue";
import type { Uploader } from "../../core/upload";
import type { Progress } from "../../core/upload_progress";
import type { SittingView } from "../../generated/api";
import type { Camera } from "./camera";
import type { Room } from "./room";
import { Voice } from "./voice";

const KINDS = ["camera", "screen"] as const;
/** Recording stops here, so that the browser itself and the system can still breathe. */
const LEAST_FREE_BYTES = 300 * 1024 * 1024;
const LOOK_AT_DISK_EVERY = 10;

export class MainRecording {
  readonly troubles = shallowRef<readonly Trouble[]>([]);
  readonly progress = shallowRef<Progress | null>(null);
  readonly cameraOn = ref(false);
  readonly screenOn = ref(false);
  /** Whether they were recorded since the page was opened, or could not be. */
  readonly hadCamera = ref(false);
  readonly hadScreen = ref(false);
  /** What of them is on disk since it began anew: from then on even a crash leaves it there. */
  readonly onDisk = reactive({ camera: false, screen: false });
  /** What is shared: `monitor`, `window`, `browser`; empty where the browser does not say. */
  readonly surface = ref("");
  readonly uploader: Uploader;

  private readonly watchers: Troubles;
  private readonly recorders: Readonly<Record<(typeof KINDS)[number], Recorder>>;
  private readonly voice: Voice;
  private readonly wakeLock = new WakeLock();
  private readonly ticker = new Ticker(1_000);
  private readonly picture = document.createElement("video");
  private readonly black = new BlackWatch(this.picture);
  private readonly over = new AbortController();
  private shared: MediaStream | null = null;
  private ticks = 0;
  private running = false;

  private constructor(
    private readonly room: Room,
    private readonly camera: Camera,
    private readonly spool: BrowserSpool,
    sitting: SittingView,
  ) {
    const now = (): number => room.nowMs();
    this.uploader = uploaderOf(room.connection, spool, KINDS);
    this.voice = new Voice(room, sitting.sitting_id, this.ticker, {
      progress: () => this.uploader.progress(),
      isRecording: () => this.running && this.cameraOn.value,
    });
    this.watchers = new Troubles(now);
    this.watchers.onChange((trouble, isOver) => {
      this.troubles.value = this.watchers.current;
      this.voice.integrity.recording(trouble, isOver);
      this.events.hurry();
    });
    const segmentMs = sitting.segment_seconds * 1000;
    const recorder = (kind: (typeof KINDS)[number]): Recorder =>
      new Recorder({
        kind,
        spool,
        troubles: this.watchers,
        now,
        segmentMs,
        onWritten: () => (this.onDisk[kind] = true),
        onSealed: () => this.uploader.wake(),
      });
    this.recorders = { camera: recorder("camera"), screen: recorder("screen") };
    this.picture.muted = true;
  }

  /** @throws SpoolTaken when another tab of this browser has this sitting */
  static async open(room: Room, camera: Camera, sitting: SittingView): Promise<MainRecording> {
    const spool = await BrowserSpool.open(sitting.sitting_id);
    const recording = new MainRecording(room, camera, spool, sitting);
    try {
      await recording.start();
    } catch (error) {
      // Whoever tries again must not find the spool held by this page itself.
      recording.shut();
      throw error;
    }
    return recording;
  }

  get events(): EventQueue {
    return this.voice.events;
  }

  /** Something would be lost with the page. */
  get isUnsafe(): boolean {
    return this.troubles.value.some(({ what }) => what === "spool_failed");
  }

  get isRunning(): boolean {
    return this.running;
  }

  /**
   * Record the camera, with a screen or, after a reload, without one until the person shares it again.
   *
   * @throws MediaRefused the screen is recorded all the same
   */
  async begin(screen: SharedScreen | null): Promise<void> {
    if (!this.running) {
      this.running = true;
      this.voice.integrity.start();
      void this.wakeLock.hold();
    }
    if (screen) this.recordScreen(screen);
    const stream = await this.openCamera();
    // It may have been ended while the camera opened.
    if (!this.running) return this.camera.close();
    this.recordCamera(stream);
    this.voice.hurry();
  }

  /** One whose track stays muted gives the same picture to whoever opens it beside: close it first. @throws MediaRefused */
  async reopenCamera(): Promise<void> {
    this.cameraOn.value = false;
    this.camera.close();
    this.recordCamera(await this.openCamera());
  }

  recordScreen({ stream, surface }: SharedScreen): void {
    this.onDisk.screen = false;
    this.recorders.screen.record(stream);
    if (this.shared !== stream) stopTracks(this.shared);
    this.shared = stream;
    this.surface.value = surface;
    this.screenOn.value = true;
    this.hadScreen.value = true;
    stream.getVideoTracks()[0]?.addEventListener("ended", () => {
      if (this.shared === stream) this.screenOn.value = false;
    });
    this.voice.integrity.shared(surface);
    this.events.hurry();
  }

  /** End it, and let the server know how many segments there are. */
  async finish(): Promise<void> {
    if (this.running) {
      void this.wakeLock.release();
      await this.stop();
    }
    for (const kind of KINDS) await this.spool.close(kind);
    this.uploader.wake();
  }

  /** Say that this device is there, and what it saw. */
  speak(): void {
    this.voice.speak();
  }

  /** The exam goes on on another device: record and say nothing more, and deliver what is here. */
  async handOver(): Promise<void> {
    this.voice.fallSilent();
    await this.cancel();
    this.uploader.wake();
  }

  /** Entering was refused: what was recorded stays in the spool and harms nobody. */
  cancel(): Promise<void> {
    return this.stop();
  }

  /** Let go of everything; of the spool once nothing is in memory alone. */
  shut(): void {
    this.over.abort();
    this.voice.fallSilent();
    this.ticker.stop();
    const recorders = Object.values(this.recorders);
    const settled = recorders.map((recorder) => recorder.stop().then(() => recorder.settled()));
    void Promise.all(settled).finally(() => this.spool.shut());
  }

  private async start(): Promise<void> {
    const { signal } = this.over;
    await this.raiseFloors();
    this.uploader.onProgress((progress) => {
      this.progress.value = progress;
    });
    this.progress.value = await this.uploader.progress();
    void this.uploader.run(signal);
    this.ticker.onTick(() => this.tick());
    watch(this.camera.stream as Ref<MediaStream | null>, (stream) => {
      if (this.running && stream && this.recorders.camera.tracks[0] !== stream.getTracks()[0]) this.recordCamera(stream);
    });
    const hurry = (): void => {
      this.uploader.wake();
      this.voice.hurry();
    };
    addEventListener("online", hurry, { signal });
  }

  private async stop(): Promise<void> {
    this.running = false;
    this.voice.integrity.stop();
    // What waits for room on the disk keeps neither the share nor the camera.
    const stopped = Promise.all(KINDS.map((kind) => this.recorders[kind].stop()));
    this.camera.close();
    stopTracks(this.shared);
    this.shared = null;
    this.cameraOn.value = false;
    this.screenOn.value = false;
    await stopped;
  }

  /** Another device may have recorded before this one: go on behind its numbers. */
  private async raiseFloors(): Promise<void> {
    if ((await this.spool.segments()).length > 0) return;
    try {
      const { recordings } = await this.room.api.call("GET /recordings");
      for (const kind of KINDS) {
        const segments = recordings.find((one) => one.kind === kind)?.segments ?? [];
        await this.spool.raiseFloor(kind, Math.max(0, ...segments.map((one) => one.segment_no)));
      }
    } catch (error) {
      // The server renumbers by refusing, should it be so.
      if (!(error as ClientError).sentence) throw error;
    }
  }

  private async openCamera(): Promise<MediaStream> {
    try {
      return await this.camera.open();
    } catch (error) {
      this.hadCamera.value = true;
      throw error;
    }
  }

  private recordCamera(stream: MediaStream): void {
    this.onDisk.camera = false;
    this.recorders.camera.record(stream);
    this.cameraOn.value = true;
    this.hadCamera.value = true;
    this.picture.srcObject = stream;
    void this.picture.play().catch(() => undefined);
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => {
        if (this.recorders.camera.tracks.includes(track)) this.cameraOn.value = false;
      });
    }
  }

  private tick(): void {
    for (const kind of KINDS) this.recorders[kind].lookAtItself();
    if (!this.running) return;
    this.ticks += 1;
    const black = this.black.isBlack();
    if (black !== null) this.watchers[black ? "begin" : "end"]("camera", "black");
    if (this.ticks % LOOK_AT_DISK_EVERY === 0) void this.lookAtDisk();
  }

  private async lookAtDisk(): Promise<void> {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    this.watchers[quota - usage < LEAST_FREE_BYTES ? "begin" : "end"]("camera", "storage_low");
  }
}
