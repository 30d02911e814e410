/** QR codes: drawn as SVG, and read from a camera's picture. Both libraries are loaded when they are needed. */

/** A code as the path of an SVG whose viewBox is `size` by `size` modules, quiet zone included. */
export interface QrDrawing {
  readonly size: number;
  readonly path: string;
}

const QUIET = 4;
/** More pixels cost time and find nothing more. */
const LONGEST_SIDE = 800;

export async function drawQr(text: string): Promise<QrDrawing> {
  const { default: qrcode } = await import("qrcode-generator");
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const count = code.getModuleCount();
  let path = "";
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (code.isDark(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    }
  }
  return { size: count + 2 * QUIET, path };
}

/** Reads a code off a playing video; null while there is none. */
export async function qrReader(): Promise<(video: HTMLVideoElement) => Promise<string | null>> {
  const native = await ownDetector();
  if (native) {
    const detector = new native({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  const { default: jsqr } = await import("jsqr");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (context === null || video.videoWidth === 0) return null;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    return jsqr(data, width, height, { inversionAttempts: "dontInvert" })?.data || null;
  };
}

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** Some browsers have the class and no codes that it reads. */
async function ownDetector(): Promise<DetectorClass | null> {
  const found = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  try {
    return found && (await found.getSupportedFormats()).includes("qr_code") ? found : null;
  } catch {
    return null;
  }
}
