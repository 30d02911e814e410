/** Reads QR codes from a running video: by the browser's own detector, else by jsQR, loaded only then. */

/** The text of a code in the picture of the moment; null when there is none. */
export type ReadCode = (video: HTMLVideoElement) => Promise<string | null>;

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** More pixels cost jsQR time and find nothing more. */
const LONGEST_SIDE = 800;

export async function codeReader(): Promise<ReadCode> {
  return (await byBrowser()) ?? (await byJsQr());
}

async function byBrowser(): Promise<ReadCode | null> {
  const detectorClass = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  try {
    if (!(await detectorClass?.getSupportedFormats())?.includes("qr_code")) return null;
  } catch {
    return null;
  }
  if (!detectorClass) return null;
  const detector = new detectorClass({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
}

async function byJsQr(): Promise<ReadCode> {
  const { default: read } = await import("jsqr");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const { videoWidth, videoHeight } = video;
    if (!context || videoWidth === 0) return null;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
    canvas.width = Math.round(videoWidth * scale);
    canvas.height = Math.round(videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    return read(data, width, height, { inversionAttempts: "dontInvert" })?.data || null;
  };
}
