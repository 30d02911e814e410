/** What a device says of itself with each heartbeat. */
import type { Heartbeat } from "../generated/api";
import type { Progress } from "../core/upload_progress";

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
    device.progress(),
    readBattery(),
    navigator.storage.estimate(),
  ]);
  return {
    backlog_segments: progress.waitingSegments,
    backlog_bytes: progress.waitingBytes,
    recording: device.isRecording(),
    visible: !document.hidden,
    free_bytes: Math.max(0, (estimate.quota ?? 0) - (estimate.usage ?? 0)),
    ...(battery ? { battery: battery.level } : {}),
  };
}

/** Null where the browser does not say (Safari, Firefox). */
export async function readBattery(): Promise<Battery | null> {
  const ask = (navigator as Navigator & { getBattery?: () => Promise<Battery> }).getBattery;
  return ask ? await ask.call(navigator) : null;
}
