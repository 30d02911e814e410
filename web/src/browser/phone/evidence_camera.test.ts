import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeStream, FakeTrack } from "../testing/media";
import { EvidenceCamera } from "./evidence_camera";

let opened: FakeStream[];

beforeEach(() => {
  opened = [];
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  const getUserMedia = async (): Promise<FakeStream> => {
    opened.push(new FakeStream());
    return opened.at(-1) as FakeStream;
  };
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
});

afterEach(() => vi.unstubAllGlobals());

test("a camera that was taken away comes back though the disk has no room for what it filmed", async () => {
  const recorded: unknown[] = [];
  const states: string[] = [];
  const camera = new EvidenceCamera({
    // Resolves when all is on disk: never.
    recorder: { record: (stream) => recorded.push(stream), stop: () => new Promise(() => undefined) },
    onChange: (state) => states.push(state),
  });
  camera.start();
  await vi.waitFor(() => expect(recorded).toHaveLength(1));

  const [first] = opened;
  (first?.tracks[0] as FakeTrack).end();

  await vi.waitFor(() => expect(recorded).toEqual(opened));
  expect(opened).toHaveLength(2);
  expect(states.slice(-2)).toEqual(["lost", "on"]);
});

test("one that was never opened has nothing to tell when it is stopped", async () => {
  const states: string[] = [];
  const camera = new EvidenceCamera({
    recorder: { record: () => undefined, stop: async () => undefined },
    onChange: (state) => states.push(state),
  });

  await camera.stop();
  expect(states).toEqual([]);

  camera.start();
  await vi.waitFor(() => expect(states.at(-1)).toBe("on"));
  await camera.stop();
  expect(states.at(-1)).toBe("off");
});

test.each([
  ["ended", (track: FakeTrack) => track.end()],
  ["is muted", (track: FakeTrack) => track.mute(true)],
])("a picture that %s before it was handed over is opened anew: nobody would hear of it later", async (_, lose) => {
  const recorded: unknown[] = [];
  const looked = new FakeStream();
  lose(looked.tracks[0] as FakeTrack);
  const camera = new EvidenceCamera({
    recorder: { record: (stream) => recorded.push(stream), stop: async () => undefined },
    onChange: () => undefined,
  });

  camera.start(looked.asStream);

  await vi.waitFor(() => expect(recorded).toEqual(opened));
  expect(opened).toHaveLength(1);
  expect(looked.tracks.map((track) => track.readyState)).toEqual(["ended", "ended"]);
});

test("a picture that is handed over while another is recorded is given back", async () => {
  const recorded: unknown[] = [];
  const camera = new EvidenceCamera({
    recorder: { record: (stream) => recorded.push(stream), stop: async () => undefined },
    onChange: () => undefined,
  });
  camera.start();
  await vi.waitFor(() => expect(recorded).toHaveLength(1));
  const late = new FakeStream();

  camera.start(late.asStream);

  expect(recorded).toHaveLength(1);
  expect(late.tracks.map((track) => track.readyState)).toEqual(["ended", "ended"]);
});
