/** Follows how far the phone was turned: by its sensors where they tell, else by the picture's own motion. */
import { headingOf } from "../../core/phone/heading";
import { ASSUMED_VIEW_DEG, type Profile, profileOf, shiftBetween } from "../../core/phone/motion";
import { headTo, NO_PAN, type Pan, turnBy } from "../../core/phone/pan";

const LOOK_MS = 200;
const WIDTH = 96;
const HEIGHT = 54;

interface AskedOrientation {
  requestPermission?: () => Promise<"granted" | "denied">;
}

/** iOS asks its person, and only within a press of a button; elsewhere nobody is asked. Refused: the picture does. */
export async function askForSensors(): Promise<void> {
  const asked = (globalThis as { DeviceOrientationEvent?: AskedOrientation }).DeviceOrientationEvent;
  try {
    await asked?.requestPermission?.();
  } catch {
    // Not within a press, or refused for good.
  }
}

export class Turning {
  pan: Pan = NO_PAN;
  private sensed = false;
  private before: Profile | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private readonly context = picture();

  constructor(
    private readonly video: () => HTMLVideoElement | null,
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(): void {
    addEventListener("deviceorientation", this.sense);
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  stop(): void {
    removeEventListener("deviceorientation", this.sense);
    if (this.timer !== null) clearInterval(this.timer);
  }

  private readonly sense = ({ alpha, beta, gamma }: DeviceOrientationEvent): void => {
    if (alpha === null || beta === null || gamma === null) return;
    // What the picture guessed until now is not added to what the sensor knows.
    if (!this.sensed) this.pan = NO_PAN;
    this.sensed = true;
    this.pan = headTo(this.pan, headingOf(alpha, beta, gamma), this.now());
  };

  private look(): void {
    const video = this.video();
    if (this.sensed || !video || !this.context || video.videoWidth === 0) return;
    this.context.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const after = profileOf(this.context.getImageData(0, 0, WIDTH, HEIGHT).data, WIDTH, HEIGHT);
    const shift = this.before && shiftBetween(this.before, after);
    this.before = after;
    this.pan = turnBy(this.pan, ((shift ?? 0) * ASSUMED_VIEW_DEG) / WIDTH, this.now());
  }
}

function picture(): CanvasRenderingContext2D | null {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  return canvas.getContext("2d", { willReadFrequently: true });
}
