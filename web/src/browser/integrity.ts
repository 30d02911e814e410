/** What a page can see of an exam's integrity, as facts with their time: it judges nothing. */
import type { Details } from "../core/event_queue";
import type { EventKind } from "../generated/api";
import { hasSecondDisplay, listDevices } from "./devices";
import { detailsOf, recorderEvent, type Trouble } from "./trouble";

export interface IntegrityPorts {
  readonly note: (kind: EventKind, details?: Details) => void;
  /** Every few seconds, in a hidden tab too. */
  readonly onTick: (look: () => void) => () => void;
}

export class IntegrityWatch {
  private readonly undo: (() => void)[] = [];
  private extended = false;
  private devices = "";

  constructor(private readonly ports: IntegrityPorts) {}

  start(): void {
    const { note } = this.ports;
    this.listen(window, "blur", () => note("focus_lost"));
    this.listen(window, "focus", () => note("focus_gained"));
    this.listen(document, "visibilitychange", () => note(document.hidden ? "hidden" : "visible"));
    this.listen(document, "fullscreenchange", () => {
      if (document.fullscreenElement === null) note("fullscreen_left");
    });
    this.listen(document, "copy", () => note("copy", { how: "copy" }));
    this.listen(document, "cut", () => note("copy", { how: "cut" }));
    this.listen(document, "paste", () => note("paste"));
    this.listen(window, "offline", () => note("offline"));
    this.listen(window, "online", () => note("online"));
    this.listen(window, "pagehide", () => note("page_left"));
    this.listen(navigator.mediaDevices, "devicechange", () => void this.compareDevices());
    this.undo.push(this.ports.onTick(() => this.lookAtDisplays()));
    this.lookAtDisplays();
    void this.compareDevices();
  }

  stop(): void {
    for (const undo of this.undo.splice(0)) undo();
  }

  /** What the candidate shares: told when it is not a whole screen. */
  shared(surface: string): void {
    if (surface !== "" && surface !== "monitor") this.ports.note("share_not_monitor", { surface });
  }

  /** A recording is in trouble or out of it. */
  recording(trouble: Trouble, isOver: boolean): void {
    const isShare = trouble.recording === "screen" && trouble.what === "track_ended" && !isOver;
    this.ports.note(isShare ? "share_stopped" : recorderEvent(isOver), detailsOf(trouble));
  }

  private lookAtDisplays(): void {
    const extended = hasSecondDisplay() === true;
    if (extended && !this.extended) this.ports.note("second_display");
    this.extended = extended;
  }

  private async compareDevices(): Promise<void> {
    const { cameras, microphones } = await listDevices();
    const now = [...cameras, ...microphones].map((device) => device.id).sort().join();
    if (this.devices !== "" && now !== this.devices) {
      const looksVirtual = cameras.some((camera) => camera.looksVirtual);
      this.ports.note("devices_changed", { cameras: cameras.length, microphones: microphones.length, looks_virtual: looksVirtual });
    }
    this.devices = now;
  }

  private listen(target: EventTarget, name: string, act: () => void): void {
    target.addEventListener(name, act);
    this.undo.push(() => target.removeEventListener(name, act));
  }
}
