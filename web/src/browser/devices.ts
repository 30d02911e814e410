/** Cameras, microphones and screens: what there is, and streams of them, raw. */

export interface Device {
  readonly id: string;
  readonly label: string;
  /** Named as software that pretends to be a camera: a fact to be shown, not a verdict. */
  readonly looksVirtual: boolean;
}

export interface Devices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
}

const VIRTUAL = /virtual|obs|manycam|snap camera|xsplit|vcam|e2esoft|droidcam|iriun|epoccam|ndi|screen ?capture|虚拟|直播/i;

/** What is plugged in; labels are there once a permission was given. */
export async function listDevices(): Promise<Devices> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind): Device[] =>
    all
      .filter((one) => one.kind === kind && one.deviceId !== "")
      .map((one) => ({ id: one.deviceId, label: one.label, looksVirtual: VIRTUAL.test(one.label) }));
  return { cameras: of("videoinput"), microphones: of("audioinput") };
}

export interface Wanted {
  readonly cameraId?: string | undefined;
  readonly microphoneId?: string | undefined;
  /** A phone's: `environment` is the lens at its back. */
  readonly facing?: "user" | "environment" | undefined;
}

/** A face in a quiet picture; more frames cost a weak laptop its fan. */
const PICTURE = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15, max: 30 } };
/** Nothing is taken out of what is heard; only a low microphone is lifted. */
const SOUND = { echoCancellation: false, noiseSuppression: false, autoGainControl: true };

/** @throws MediaRefused */
export async function openCamera(wanted: Wanted = {}): Promise<MediaStream> {
  const { cameraId, microphoneId, facing } = wanted;
  const video = { ...PICTURE, ...exactly(cameraId), ...(facing ? { facingMode: { ideal: facing } } : {}) };
  const audio = { ...SOUND, ...exactly(microphoneId) };
  return await asked(() => navigator.mediaDevices.getUserMedia({ video, audio }));
}

export interface SharedScreen {
  readonly stream: MediaStream;
  /** `monitor`, `window`, `browser`; empty where the browser does not say. */
  readonly surface: string;
}

/** Ask for the whole screen. What the candidate chose is a fact: look at `surface`. @throws MediaRefused */
export async function shareScreen(): Promise<SharedScreen> {
  const options = {
    video: { displaySurface: "monitor", frameRate: { ideal: 5, max: 10 } },
    audio: false,
    monitorTypeSurfaces: "include",
    surfaceSwitching: "exclude",
    selfBrowserSurface: "exclude",
  } as DisplayMediaStreamOptions;
  const stream = await asked(() => navigator.mediaDevices.getDisplayMedia(options));
  return { stream, surface: surfaceOf(stream) };
}

export function surfaceOf(stream: MediaStream): string {
  return stream.getVideoTracks()[0]?.getSettings().displaySurface ?? "";
}

/** Whether a second display is connected; null where the browser does not say. */
export function hasSecondDisplay(): boolean | null {
  return (screen as Screen & { isExtended?: boolean }).isExtended ?? null;
}

/** Give cameras and microphones back. */
export function stopTracks(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Why there is no camera, as a person can mend it. */
export class MediaRefused extends Error {
  constructor(readonly reason: "denied" | "missing" | "busy" | "unsupported", cause: unknown) {
    super(reason, { cause });
    this.name = "MediaRefused";
  }
}

async function asked(ask: () => Promise<MediaStream>): Promise<MediaStream> {
  try {
    return await ask();
  } catch (error) {
    throw new MediaRefused(reasonOf(error), error);
  }
}

function reasonOf(error: unknown): MediaRefused["reason"] {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "unsupported";
  }
}

function exactly(id: string | undefined): MediaTrackConstraints {
  return id === undefined ? {} : { deviceId: { exact: id } };
}
