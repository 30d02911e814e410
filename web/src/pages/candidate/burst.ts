/**
 * The head turns that the server drew, as prompts with their times, and the frames of the burst (issue of liveness:
 * a burst begins and ends facing the camera, at most twelve frames).
 */
export type Prompt = "hold" | "left" | "right";

export interface Beat {
  readonly prompt: Prompt;
  readonly lastsMs: number;
  /** When, after the prompt, pictures are taken. */
  readonly takeAtMs: readonly number[];
}

const FIRST_LOOK: Beat = { prompt: "hold", lastsMs: 1_800, takeAtMs: [1_200, 1_700] };
const LAST_LOOK: Beat = { prompt: "hold", lastsMs: 1_900, takeAtMs: [1_500] };
const BACK: Beat = { prompt: "hold", lastsMs: 1_700, takeAtMs: [1_500] };

/** Prompts for so many turns; two pictures a turn where they fit, else one. */
export function beatsOf(turns: readonly string[], framesMax: number): Beat[] {
  const fixed = FIRST_LOOK.takeAtMs.length + turns.length;
  const takeAtMs = fixed + 2 * turns.length <= framesMax ? [1_300, 1_800] : [1_600];
  return [
    FIRST_LOOK,
    ...turns.flatMap((turn, at): Beat[] => [
      { prompt: turn === "left" ? "left" : "right", lastsMs: 2_000, takeAtMs },
      at === turns.length - 1 ? LAST_LOOK : BACK,
    ]),
  ];
}

const WIDTH = 640;
const QUALITY = 0.85;

/** What the camera sees now, not mirrored, as a JPEG in base64. */
export async function takeFrame(video: HTMLVideoElement): Promise<string> {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = Math.round((WIDTH * video.videoHeight) / Math.max(1, video.videoWidth));
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  const address = canvas.toDataURL("image/jpeg", QUALITY);
  return address.slice(address.indexOf(",") + 1);
}
