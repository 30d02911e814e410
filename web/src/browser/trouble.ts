/** What can be wrong with a recording while it runs. Told at once, to the candidate and to the proctor. */
import type { Sentence } from "../core/errors";
import type { Details } from "../core/event_queue";
import type { EventKind } from "../generated/api";
import type { RecordingKind } from "../generated/flow";

export type TroubleKind =
  | "no_data"
  | "track_ended"
  | "muted"
  | "black"
  | "storage_low"
  | "spool_failed"
  | "recorder_failed";

export interface Trouble {
  readonly recording: RecordingKind;
  readonly what: TroubleKind;
  /** Server time, Unix ms. */
  readonly since: number;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

export const TROUBLES: Readonly<Record<TroubleKind, Sentence>> = {
  no_data: { zh: "录像已 3 秒没有数据，正在自动恢复。", en: "The recording has had no data for 3 seconds; restarting it." },
  track_ended: { zh: "摄像头、麦克风或屏幕共享已断开，请立即重新连接。", en: "Camera, microphone or screen share was cut off. Reconnect it now." },
  muted: { zh: "摄像头或麦克风被静音或被其他程序占用。", en: "Camera or microphone is muted, or taken by another program." },
  black: { zh: "画面全黑，请检查镜头是否被遮挡、光线是否充足。", en: "The picture is black. Uncover the lens and turn on a light." },
  storage_low: { zh: "本机存储空间即将用尽，请立即清理磁盘。", en: "This device is almost out of space. Free some now." },
  spool_failed: {
    zh: "录像无法写入本机磁盘，正在重试。请清理磁盘空间，不要关闭或刷新本页。",
    en: "The recording cannot be written to this device's disk; trying again. Free some space, and do not close or reload this page.",
  },
  recorder_failed: { zh: "录像程序出错，正在自动重启。", en: "The recorder failed; restarting it." },
};

/** What proctors hear of a trouble that begins, or is over. */
export function recorderEvent(isOver: boolean): EventKind {
  return isOver ? "recorder_resumed" : "recorder_silent";
}

export function detailsOf({ recording, what, details }: Trouble): Details {
  return { recording, what, ...details };
}

type Listener = (trouble: Trouble, isOver: boolean) => void;

/** The troubles of the moment: each is told once when it begins, and once when it is over. */
export class Troubles {
  private readonly open = new Map<string, Trouble>();
  private readonly listeners = new Set<Listener>();

  constructor(private readonly now: () => number) {}

  get current(): readonly Trouble[] {
    return [...this.open.values()];
  }

  has(recording: RecordingKind, what: TroubleKind): boolean {
    return this.open.has(`${recording} ${what}`);
  }

  /** @returns how to stop listening */
  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  begin(recording: RecordingKind, what: TroubleKind, details: Trouble["details"] = {}): void {
    if (this.has(recording, what)) return;
    const trouble = { recording, what, since: this.now(), details };
    this.open.set(`${recording} ${what}`, trouble);
    for (const listener of this.listeners) listener(trouble, false);
  }

  end(recording: RecordingKind, what: TroubleKind): void {
    const trouble = this.open.get(`${recording} ${what}`);
    if (!trouble) return;
    this.open.delete(`${recording} ${what}`);
    for (const listener of this.listeners) listener(trouble, true);
  }
}
