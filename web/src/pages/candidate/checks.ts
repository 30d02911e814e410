/** The device check as facts and their judgement: what is good, what is to be noted, what is in the way. */
export type Mark = "wait" | "good" | "warn" | "bad";

export interface DeviceFacts {
  /** Web names of what the browser lacks. */
  readonly missing: readonly string[];
  /** Null before the camera was opened. */
  readonly camera: { readonly virtualLabel: string | null; readonly heard: boolean } | null;
  /** Of the screen that was shared as a trial; null before. Empty where the browser does not say. */
  readonly surface: string | null;
  /** Null where the browser does not say. */
  readonly secondDisplay: boolean | null;
  readonly room: { readonly freeBytes: number; readonly neededBytes: number } | null;
  /** Bits a second; `unknown` when it could not be measured. */
  readonly upload: { readonly rate: number | "unknown"; readonly needed: number } | null;
  readonly power: { readonly level: number; readonly charging: boolean } | "unknown" | null;
}

export interface Check {
  readonly name: "browser" | "camera" | "screen" | "displays" | "storage" | "network" | "power";
  readonly mark: Mark;
  /** Key of the sentence, under `check`. */
  readonly says: string;
}

export function checksOf(facts: DeviceFacts): Check[] {
  return [
    facts.missing.length === 0
      ? { name: "browser", mark: "good", says: "browser_good" }
      : { name: "browser", mark: "bad", says: "browser_bad" },
    cameraCheck(facts),
    screenCheck(facts),
    facts.secondDisplay === true
      ? { name: "displays", mark: "bad", says: "displays_bad" }
      : { name: "displays", mark: "good", says: "displays_good" },
    storageCheck(facts),
    networkCheck(facts),
    powerCheck(facts),
  ];
}

function cameraCheck({ camera }: DeviceFacts): Check {
  if (camera === null) return { name: "camera", mark: "wait", says: "camera_wait" };
  if (camera.virtualLabel !== null) return { name: "camera", mark: "warn", says: "virtual" };
  if (!camera.heard) return { name: "camera", mark: "wait", says: "silent" };
  return { name: "camera", mark: "good", says: "camera_good" };
}

function screenCheck({ surface }: DeviceFacts): Check {
  if (surface === null) return { name: "screen", mark: "wait", says: "screen_wait" };
  const whole = surface === "" || surface === "monitor";
  return whole
    ? { name: "screen", mark: "good", says: "screen_good" }
    : { name: "screen", mark: "bad", says: "screen_window" };
}

function storageCheck({ room }: DeviceFacts): Check {
  if (room === null) return { name: "storage", mark: "wait", says: "state_wait" };
  return room.freeBytes >= room.neededBytes
    ? { name: "storage", mark: "good", says: "storage_good" }
    : { name: "storage", mark: "bad", says: "storage_bad" };
}

/** No rule depends on the network (DESIGN §2): a slow line is noted and keeps nobody out. */
function networkCheck({ upload }: DeviceFacts): Check {
  if (upload === null) return { name: "network", mark: "wait", says: "network_wait" };
  if (upload.rate === "unknown") return { name: "network", mark: "warn", says: "network_none" };
  return upload.rate >= upload.needed
    ? { name: "network", mark: "good", says: "network_good" }
    : { name: "network", mark: "warn", says: "network_slow" };
}

function powerCheck({ power }: DeviceFacts): Check {
  if (power === null) return { name: "power", mark: "wait", says: "state_wait" };
  if (power === "unknown") return { name: "power", mark: "warn", says: "power_unknown" };
  return power.charging
    ? { name: "power", mark: "good", says: "power_good" }
    : { name: "power", mark: "warn", says: "power_unplugged" };
}

/** What the browser must have, by its web name. */
export function missingFeatures(scope: typeof globalThis): string[] {
  const media = scope.navigator.mediaDevices as MediaDevices | undefined;
  const needed: readonly (readonly [string, boolean])[] = [
    ["MediaRecorder", "MediaRecorder" in scope],
    ["getUserMedia", media !== undefined && "getUserMedia" in media],
    ["getDisplayMedia", media !== undefined && "getDisplayMedia" in media],
    ["IndexedDB", "indexedDB" in scope],
    ["WebCrypto", "crypto" in scope && "subtle" in scope.crypto],
    ["Web Locks", "locks" in scope.navigator],
  ];
  return needed.filter(([, there]) => !there).map(([name]) => name);
}
