/** Which camera is opened: what somebody chose and saw, and any other rather than none. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MediaRefused } from "../../browser/devices";
import { Camera, type Choice } from "./camera";
import type { KeptOnDevice } from "./kept";

const NONE: Choice = { camera: null, microphone: null };
const OBS: Choice = { camera: "obs", microphone: null };
let kept: Choice | null;
let asked: string[];
/** Cameras that do not open, and how they say so. */
let broken: Record<string, string>;

function page(): Camera {
  const store = { get: async () => kept, put: async (_: string, choice: Choice) => void (kept = choice) };
  return new Camera(store as unknown as KeptOnDevice);
}

beforeEach(() => {
  kept = null;
  asked = [];
  broken = {};
  const getUserMedia = async ({ video }: { video: { deviceId?: { exact: string } } }): Promise<MediaStream> => {
    const id = video.deviceId?.exact ?? "any";
    asked.push(id);
    if (broken[id]) throw new DOMException("refused", broken[id]);
    const track = { readyState: "live", label: id, stop: (): void => void (track.readyState = "ended") };
    return { getTracks: () => [track], getVideoTracks: () => [track] } as unknown as MediaStream;
  };
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia, enumerateDevices: async () => [] } });
});

afterEach(() => vi.unstubAllGlobals());

test.each(["NotReadableError", "AbortError"])("a camera that did not open (%s) is told, and not what is opened next", async (name) => {
  const camera = page();
  const first = await camera.open();
  broken = { obs: name };

  await expect(camera.choose(OBS)).rejects.toThrow(MediaRefused);

  expect(camera.stream.value).toBe(first);
  expect([kept, camera.choice.value]).toEqual([null, NONE]);
  await page().open();
  expect(asked).toEqual(["any", "obs", "any"]);
});

test.each(["NotReadableError", "NotFoundError", "TypeError"])(
  "a chosen camera that does not open any more (%s) gives way to any other",
  async (name) => {
    await page().choose(OBS);
    broken = { obs: name };

    const stream = await page().open();

    expect(stream.getVideoTracks()[0]?.label).toBe("any");
    expect(kept).toEqual(OBS);
  },
);

test("a person who forbids it is not asked again at once", async () => {
  kept = OBS;
  broken = { obs: "NotAllowedError" };

  await expect(page().open()).rejects.toMatchObject({ reason: "denied" });

  expect(asked).toEqual(["obs"]);
});
