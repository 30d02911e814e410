/** The product's recorder and spool, wired as the candidate's page wires them, without a server. */
import { BlackWatch } from "../src/browser/black_watch";
import { openCamera, shareScreen, stopTracks } from "../src/browser/devices";
import { Recorder } from "../src/browser/recorder";
import { BrowserSpool } from "../src/browser/spool/client";
import { Ticker } from "../src/browser/ticker";
import { Troubles } from "../src/browser/trouble";
import type { RecordingKind } from "../src/core/segment";
import { preview } from "./preview";

export interface Running {
  /** Resolves when all that was recorded is on disk and sealed. */
  stop(): Promise<void>;
  /** What was recorded so far and is sealed. */
  bytes(): Promise<number>;
}

const now = (): number => Date.now();

/** The camera alone. */
export async function recordCamera(sittingId: string, segmentMs: number): Promise<Running> {
  return await record(sittingId, segmentMs, { camera: await openCamera() });
}

/** Both of a desktop's recordings, watched as in an exam. */
export async function recordCameraAndScreen(sittingId: string, segmentMs: number): Promise<Running> {
  const [camera, { stream: screen }] = [await openCamera(), await shareScreen()];
  return await record(sittingId, segmentMs, { camera, screen });
}

async function record(
  sittingId: string,
  segmentMs: number,
  streams: Partial<Record<RecordingKind, MediaStream>> & { readonly camera: MediaStream },
): Promise<Running> {
  const spool = await BrowserSpool.open(sittingId);
  if (spool.disk !== "opfs") throw new Error(`the spool lies in ${spool.disk}, not in OPFS`);
  const troubles = new Troubles(now);
  const black = new BlackWatch(await preview(streams.camera));
  const recorders = (Object.entries(streams) as [RecordingKind, MediaStream][]).map(([kind, stream]) => {
    const recorder = new Recorder({ kind, spool, troubles, now, segmentMs, onSealed: () => undefined });
    recorder.record(stream);
    return recorder;
  });
  const ticker = new Ticker(1_000);
  ticker.onTick(() => {
    for (const recorder of recorders) recorder.lookAtItself();
    troubles[black.isBlack() ? "begin" : "end"]("camera", "black");
  });
  return {
    stop: async () => {
      ticker.stop();
      await Promise.all(recorders.map((recorder) => recorder.stop()));
      for (const stream of Object.values(streams)) stopTracks(stream);
      spool.shut();
    },
    bytes: async () =>
      (await spool.segments()).reduce((sum, segment) => sum + (segment.seal?.sizeBytes ?? 0), 0),
  };
}
