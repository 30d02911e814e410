/** Whether a camera's picture is black: the mean of a few pixels, now and then, while the page is seen. */
const WIDTH = 32;
const HEIGHT = 24;
/** Of 255; a dark room at night with a monitor's light has more. */
const BLACK_BELOW = 14;
const IN_A_ROW = 3;

export class BlackWatch {
  private readonly context: CanvasRenderingContext2D | null;
  private blackInARow = 0;

  /** @param video plays the stream, be it off screen */
  constructor(private readonly video: HTMLVideoElement) {
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
  }

  /** Look once; null where nothing can be said. */
  isBlack(): boolean | null {
    // A hidden page's video stands still and says nothing.
    if (this.context === null || document.hidden || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    this.context.drawImage(this.video, 0, 0, WIDTH, HEIGHT);
    const { data } = this.context.getImageData(0, 0, WIDTH, HEIGHT);
    this.blackInARow = meanLuma(data) < BLACK_BELOW ? this.blackInARow + 1 : 0;
    return this.blackInARow >= IN_A_ROW;
  }
}

/** Mean brightness of RGBA pixels (ITU-R BT.601), 0 to 255. */
export function meanLuma(pixels: Uint8ClampedArray): number {
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    sum += 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
  }
  return sum / Math.max(1, pixels.length / 4);
}
