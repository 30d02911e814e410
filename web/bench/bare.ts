/** The least that records a camera and a screen: two MediaRecorders with the product's settings, data thrown away. */
import { chooseEncoding } from "../src/browser/codecs";
import { openCamera, shareScreen, stopTracks } from "../src/browser/devices";
import { SLICE_MS } from "../src/browser/take";
import { preview } from "./preview";
import type { Running } from "./recording";

export async function recordBare(): Promise<Running> {
  const [camera, { stream: screen }] = [await openCamera(), await shareScreen()];
  await preview(camera);
  let bytes = 0;
  const recorders = ([["camera", camera], ["screen", screen]] as const).map(([kind, stream]) => {
    const encoding = chooseEncoding(kind, stream.getAudioTracks().length > 0);
    if (encoding === null) throw new Error("this browser records nothing that we know");
    const recorder = new MediaRecorder(stream, { ...encoding, videoKeyFrameIntervalDuration: 2_000 } as MediaRecorderOptions);
    recorder.ondataavailable = (event) => (bytes += event.data.size);
    recorder.start(SLICE_MS);
    return recorder;
  });
  return {
    stop: async () => {
      for (const recorder of recorders) recorder.stop();
      stopTracks(camera);
      stopTracks(screen);
    },
    bytes: async () => bytes,
  };
}
