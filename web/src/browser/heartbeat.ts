/** What a device says of itself with each heartbeat. */
import type { Heartbeat } from "../generated/api";
import { sleep } from "../core/time";
import type { Progress } from "../core/upload_progress";

const SOON_MS = 3_000;

interface Battery {
  readonly level: number;
  readonly charging: boolean;
}

export interface DeviceFacts {
  readonly progress: () => Promise<Progress>;
  readonly isRecording: () => boolean;
}

export async function heartbeatFacts(device: DeviceFacts): Promise<Heartbeat> {
  const [progress, battery, estimate] = await Promise.all([
    soon(device.progress()),
    soon(readBattery()),
    soon(navigator.storage.estimate()),
  ]);
  return {
    recording: device.isRecording(),
    visible: !document.hidden,
    ...(progress ? { backlog_segments: progress.waitingSegments, backlog_bytes: progress.waitingBytes } : {}),
    ...(estimate ? { free_bytes: Math.max(0, (estimate.quota ?? 0) - (estimate.usage ?? 0)) } : {}),
    ...(battery ? { battery: battery.level } : {}),
  };
}

/** A disk that does not answer must not keep a sign of life. */
function soon<T>(fact: Promise<T>): Promise<T | null> {
  return Promise.race([fact.catch(() => null), sleep(SOON_MS).then(() => null)]);
}

/** Null where the browser does not say (Safari, Firefox). */
export async function readBattery(): Promise<Battery | null> {
  const ask = (navigator as Navigator & { getBattery?: () => Promise<Battery> }).getBattery;
  return ask ? await ask.call(navigator) : null;
}
