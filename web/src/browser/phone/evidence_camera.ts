/**
 * Camera and microphone of a phone that is to record for hours: a call, the lock screen or another app takes them
 * away, the segment ends there, and the next begins as soon as they can be had again.
 */
import { type Sleep, sleep } from "../../core/time";
import type { Recorder } from "../recorder";

/** lost: taken away, comes back by itself · refused, missing: a person must do something. */
export type CameraState = "off" | "opening" | "on" | "lost" | "refused" | "missing";

export interface CameraPorts {
  readonly recorder: Pick<Recorder, "record" | "stop">;
  readonly onChange: (state: CameraState, stream: MediaStream | null) => void;
  readonly sleep?: Sleep;
}

/** Enough to see hands and screen from aside, little enough for hours. */
const WANTED: MediaStreamConstraints = {
  video: {
    facingMode: { ideal: "environment" },
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 15, max: 30 },
  },
  // The room as it sounds, whispers too.
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: true },
};
const AGAIN_MS = 2_000;
/** A shorter silence is a hand-over between lenses or speakers. */
const MUTED_MS = 2_000;

export class EvidenceCamera {
  state: CameraState = "off";
  private stream: MediaStream | null = null;
  private wanted = false;
  private opening = false;

  constructor(private readonly ports: CameraPorts) {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.retry();
    });
  }

  /** Record from now on, whatever comes in between. */
  start(): void {
    this.wanted = true;
    void this.open();
  }

  /** End it; resolves when all of it is on disk and sealed. */
  async stop(): Promise<void> {
    this.wanted = false;
    await this.letGo("off");
  }

  /** A person pressed, or came back to the page. */
  retry(): void {
    if (this.wanted && this.stream === null) void this.open();
  }

  private async open(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    if (this.state === "off") this.become("opening");
    try {
      while (this.wanted && this.stream === null && !(await this.tryOnce())) {
        await (this.ports.sleep ?? sleep)(AGAIN_MS);
      }
    } finally {
      this.opening = false;
    }
  }

  /** @returns whether there is nothing more to try by oneself */
  private async tryOnce(): Promise<boolean> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(WANTED);
      if (!this.wanted) {
        end(stream);
        return true;
      }
      this.ports.recorder.record(stream);
      this.watch(stream);
      this.stream = stream;
      this.become("on");
      return true;
    } catch (error) {
      const state = stateAfter(error);
      this.become(state);
      return state === "refused";
    }
  }

  private watch(stream: MediaStream): void {
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => void this.lose(stream));
      track.addEventListener("mute", () => {
        setTimeout(() => {
          if (track.muted) void this.lose(stream);
        }, MUTED_MS);
      });
    }
  }

  private async lose(stream: MediaStream): Promise<void> {
    if (stream !== this.stream) return;
    await this.letGo("lost");
    if (this.wanted) void this.open();
  }

  private async letGo(state: CameraState): Promise<void> {
    const stream = this.stream;
    this.stream = null;
    this.become(state);
    await this.ports.recorder.stop();
    if (stream) end(stream);
  }

  private become(state: CameraState): void {
    this.state = state;
    this.ports.onChange(state, this.stream);
  }
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function stateAfter(error: unknown): CameraState {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  return name === "NotFoundError" || name === "NotSupportedError" ? "missing" : "lost";
}
