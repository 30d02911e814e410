/**
 * Camera and microphone of a phone that is to record for hours: a call, the lock screen or another app takes them
 * away, the segment ends there, and the next begins as soon as they can be had again.
 */
import { type Sleep, sleep } from "../../core/time";
import { MediaRefused, openCamera, stopTracks } from "../devices";
import type { Recorder } from "../recorder";

/** lost: taken away, comes back by itself · refused, missing: a person must do something. */
export type CameraState = "off" | "opening" | "on" | "lost" | "refused" | "missing";

export interface CameraPorts {
  readonly recorder: Pick<Recorder, "record" | "stop">;
  readonly onChange: (state: CameraState, stream: MediaStream | null) => void;
  readonly sleep?: Sleep;
}

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

  /** Record from now on, whatever comes in between; at first a stream that is open already, if there is one. */
  start(opened: MediaStream | null = null): void {
    this.wanted = true;
    // A track that ended while somebody looked elsewhere says so no more, and leaves the other one alone.
    const isWhole = opened?.getTracks().every((track) => track.readyState === "live" && !track.muted);
    if (opened && isWhole && this.stream === null) return this.take(opened);
    stopTracks(opened);
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
      const stream = await openCamera({ facing: "environment" });
      if (!this.wanted) {
        stopTracks(stream);
        return true;
      }
      this.take(stream);
      return true;
    } catch (error) {
      const state = stateAfter(error);
      this.become(state);
      return state === "refused";
    }
  }

  private take(stream: MediaStream): void {
    this.ports.recorder.record(stream);
    this.watch(stream);
    this.stream = stream;
    this.become("on");
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
    // What waits for room on the disk must not keep the camera shut.
    void this.letGo("lost");
    if (this.wanted) void this.open();
  }

  private async letGo(state: CameraState): Promise<void> {
    const stream = this.stream;
    this.stream = null;
    // One that was never opened has nothing to tell.
    if (state !== this.state) this.become(state);
    const stopped = this.ports.recorder.stop();
    stopTracks(stream);
    await stopped;
  }

  private become(state: CameraState): void {
    this.state = state;
    this.ports.onChange(state, this.stream);
  }
}

/** What a camera is like that could not be opened. */
export function stateAfter(error: unknown): CameraState {
  switch (error instanceof MediaRefused ? error.reason : "unsupported") {
    case "denied":
      return "refused";
    case "busy":
      return "lost";
    default:
      return "missing";
  }
}
