/** In what a recording is written: the first that the browser can, of a list in order of preference. */

/**
 * Matroska first: it arrives every second and is playable however it ends; an MP4's pieces arrive with its keyframes,
 * hence only for Safari. H.264 before VP8: on a machine whose cores are taken it kept every second of camera and screen
 * where VP8 ended up delivering nothing (Chromium 156; the browser writes `video/x-matroska` then).
 */
const WITH_SOUND = [
  "video/webm;codecs=h264,opus",
  "video/webm;codecs=vp8,opus",
  "video/webm;codecs=vp9,opus",
  "video/mp4;codecs=avc1.42E01E,mp4a.40.2",
  "video/mp4;codecs=avc1.42E01E,opus",
  "video/mp4",
  "video/webm",
] as const;
const SILENT = ["video/webm;codecs=h264", "video/webm;codecs=vp8", "video/webm;codecs=vp9", "video/mp4", "video/webm"] as const;

export interface Encoding {
  readonly mimeType: string;
  readonly videoBitsPerSecond: number;
  readonly audioBitsPerSecond: number;
}

/** Enough for a face and a voice, and for text on a screen at a few frames a second. */
const RATES = { camera: 700_000, screen: 500_000, evidence: 700_000 } as const;
const SOUND = 48_000;

/** @returns null when the browser can record nothing that we know */
export function chooseEncoding(
  kind: keyof typeof RATES,
  withSound: boolean,
  supported: (mimeType: string) => boolean = (mimeType) => MediaRecorder.isTypeSupported(mimeType),
): Encoding | null {
  const mimeType = (withSound ? WITH_SOUND : SILENT).find(supported);
  if (mimeType === undefined) return null;
  return { mimeType, videoBitsPerSecond: RATES[kind], audioBitsPerSecond: SOUND };
}

/** Bits a second that a device's recordings take together. */
export function bitsPerSecond(kinds: readonly (keyof typeof RATES)[]): number {
  return kinds.reduce((sum, kind) => sum + RATES[kind] + (kind === "screen" ? 0 : SOUND), 0);
}
