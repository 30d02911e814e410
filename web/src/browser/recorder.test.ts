import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SealedSegment } from "../core/segment";
import { Spool } from "../core/spool";
import { digest, MemoryDisk } from "../core/testing/disk";
import { FakeTime } from "../core/testing/time";
import { Recorder } from "./recorder";
import { FakeMediaRecorder, FakeStream, FakeTrack } from "./testing/media";
import { Troubles } from "./trouble";

let time: FakeTime;
let disk: MemoryDisk;
let spool: Spool;
let troubles: Troubles;
let sealed: SealedSegment[];
let recorder: Recorder;
let slicesOnDisk: number;

beforeEach(async () => {
  time = new FakeTime();
  disk = new MemoryDisk();
  spool = await Spool.open(disk, digest);
  troubles = new Troubles(time.now);
  sealed = [];
  slicesOnDisk = 0;
  FakeMediaRecorder.made = [];
  FakeMediaRecorder.refusals = 0;
  FakeMediaRecorder.most = Infinity;
  vi.stubGlobal("MediaRecorder", FakeMediaRecorder);
  recorder = new Recorder({
    kind: "camera",
    spool,
    troubles,
    now: time.now,
    segmentMs: 3_000,
    onWritten: () => (slicesOnDisk += 1),
    onSealed: (segment) => sealed.push(segment),
    sleep: time.sleep,
  });
});

afterEach(() => vi.unstubAllGlobals());

/** So many seconds go by, each filmed and handed out. */
async function film(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await time.pass(1_000);
    FakeMediaRecorder.last.film("x");
    FakeMediaRecorder.last.handOut();
    recorder.lookAtItself();
  }
  await time.settle();
}

const told = (): string[] => troubles.current.map((trouble) => trouble.what);

describe("rotation", () => {
  test("begins the next segment after its time, and ends the one before at the first slice of the next", async () => {
    recorder.record(new FakeStream().asStream);

    await film(7);
    await recorder.stop();
    await time.settle();

    expect(sealed.map((segment) => segment.segmentNo)).toEqual([1, 2, 3]);
    expect(sealed.map(({ startedAt, seal }) => seal.endedAt - startedAt)).toEqual([4_000, 4_000, 1_000]);
    const overlaps = sealed.slice(1).map((segment, before) => (sealed[before]?.seal.endedAt ?? 0) - segment.startedAt);
    expect(overlaps).toEqual([1_000, 1_000]);
    expect(sealed.slice(1).map(({ seal }) => seal.previousSha256)).toEqual(sealed.slice(0, 2).map(({ seal }) => seal.sha256));
  });

  test("keeps what the old recorder hands out after the new one has begun", async () => {
    recorder.record(new FakeStream().asStream);
    await film(2);
    const old = FakeMediaRecorder.last;
    await time.pass(1_000);
    old.film("x");
    old.handOut();
    old.film("late");
    expect(FakeMediaRecorder.last).not.toBe(old);
    expect(old.state).toBe("recording");

    FakeMediaRecorder.last.film("x");
    FakeMediaRecorder.last.handOut();
    await time.settle();

    expect(old.state).toBe("inactive");
    expect(sealed[0]?.seal.sizeBytes).toBe("xxx".length + "late".length);
  });

  test("does not wait for ever for one that shows nothing beside the other", async () => {
    recorder.record(new FakeStream().asStream);
    await film(3);
    const [old, next] = FakeMediaRecorder.made;
    for (let second = 0; second < 11; second += 1) {
      await time.pass(1_000);
      old?.film("x");
      old?.handOut();
    }
    await time.settle();

    expect([old?.state, next?.state]).toEqual(["inactive", "recording"]);
    expect(sealed[0]?.seal.sizeBytes).toBe(3 + 11);
  });

  test("that is cut short by the end loses neither segment", async () => {
    recorder.record(new FakeStream().asStream);
    await film(3);
    for (const one of FakeMediaRecorder.made) one.film("tail");

    await recorder.stop();
    await time.settle();

    expect(sealed.map(({ segmentNo, seal }) => [segmentNo, seal.sizeBytes])).toEqual([[1, 7], [2, 4]]);
    expect(sealed[1]?.seal.previousSha256).toBe(sealed[0]?.seal.sha256);
  });

  test("does not claim the seconds before a camera that was slow to begin", async () => {
    recorder.record(new FakeStream().asStream);
    await time.pass(12_000);

    await film(2);
    await recorder.stop();
    await time.settle();

    expect(sealed.map(({ startedAt, seal }) => seal.endedAt - startedAt)).toEqual([2_000]);
  });

  test("says what the recorder really writes", async () => {
    recorder.record(new FakeStream().asStream);
    FakeMediaRecorder.last.mimeType = "video/x-matroska;codecs=avc1,opus";

    await film(1);
    await recorder.stop();
    await time.settle();

    expect(sealed[0]?.mimeType).toBe("video/x-matroska;codecs=avc1,opus");
  });
});

describe("another camera", () => {
  test("ends the segment and begins the next", async () => {
    recorder.record(new FakeStream().asStream);
    await film(1);
    const second = new FakeStream();

    recorder.record(second.asStream);
    await film(1);
    await recorder.stop();
    await time.settle();

    expect(sealed).toHaveLength(2);
    expect(FakeMediaRecorder.last.stream).toBe(second);
  });

  test("ends what was told of the first", async () => {
    const camera = new FakeTrack("video");
    recorder.record(new FakeStream([camera]).asStream);
    camera.end();
    expect(told()).toEqual(["track_ended"]);

    recorder.record(new FakeStream().asStream);

    expect(told()).toEqual([]);
  });
});

describe("a recorder watches itself", () => {
  test("no data for 3 s is told, and over when data comes", async () => {
    recorder.record(new FakeStream().asStream);
    await film(1);
    await time.pass(3_001);
    recorder.lookAtItself();
    expect(told()).toEqual(["no_data"]);

    await film(1);

    expect(told()).toEqual([]);
  });

  test("empty slices are no data", async () => {
    recorder.record(new FakeStream().asStream);
    await film(1);
    for (let second = 0; second < 4; second += 1) {
      await time.pass(1_000);
      FakeMediaRecorder.last.handOut();
      recorder.lookAtItself();
    }

    expect(told()).toEqual(["no_data"]);
  });

  test("after 10 s it begins anew over the same tracks, and then with twice the patience", async () => {
    recorder.record(new FakeStream().asStream);
    await film(1);
    const begun: number[] = [];
    for (let second = 1; second <= 40; second += 1) {
      const before = FakeMediaRecorder.made.length;
      await time.pass(1_000);
      recorder.lookAtItself();
      if (FakeMediaRecorder.made.length > before) begun.push(second);
    }

    expect(begun).toEqual([11, 32]);
  });

  test("one that does not start is told and tried again every second, while there is something to record", async () => {
    const camera = new FakeTrack("video");
    FakeMediaRecorder.refusals = 4;
    recorder.record(new FakeStream([camera]).asStream);
    expect(told()).toEqual(["recorder_failed"]);

    for (let second = 1; second <= 4; second += 1) {
      expect(recorder.isRecording).toBe(false);
      await time.pass(1_000);
      recorder.lookAtItself();
    }
    expect(told()).toEqual(["recorder_failed", "no_data"]);
    await film(1);
    expect(told()).toEqual([]);

    FakeMediaRecorder.refusals = 1;
    FakeMediaRecorder.last.onerror?.(new Event("error"));
    camera.end();
    await time.pass(1_000);
    recorder.lookAtItself();
    expect(recorder.isRecording).toBe(false);
  });

  test("one that starts after a long time is given the time of a new one", async () => {
    FakeMediaRecorder.refusals = 30;
    recorder.record(new FakeStream().asStream);
    for (let second = 1; second <= 31; second += 1) {
      await time.pass(1_000);
      recorder.lookAtItself();
    }

    expect(FakeMediaRecorder.made.filter((one) => one.state === "recording")).toEqual([FakeMediaRecorder.last]);
    const started = FakeMediaRecorder.made.length;
    await film(1);
    expect(FakeMediaRecorder.made).toHaveLength(started);
    expect(told()).toEqual([]);
  });

  test("a second recorder that does not start beside the first leaves it alone until it must take its place", async () => {
    const events: string[] = [];
    troubles.onChange(({ what }, isOver) => events.push(`${what} ${isOver ? "over" : "begun"}`));
    FakeMediaRecorder.most = 1;
    recorder.record(new FakeStream().asStream);
    const [first] = FakeMediaRecorder.made;
    for (let second = 1; second <= 14 * 60 - 1; second += 1) {
      await time.pass(1_000);
      first?.film("x");
      first?.handOut();
    }
    expect(first?.state).toBe("recording");

    await time.pass(1_000);
    first?.film("x");
    first?.handOut();
    expect(first?.state).toBe("inactive");
    await film(1);

    expect(FakeMediaRecorder.last.state).toBe("recording");
    expect(events).toEqual(["recorder_failed begun", "recorder_failed over"]);
    await recorder.stop();
    await time.settle();
  });

  test("one that fails as soon as it begins is tried once a second", async () => {
    recorder.record(new FakeStream().asStream);
    for (let second = 1; second <= 5; second += 1) {
      FakeMediaRecorder.last.onerror?.(new Event("error"));
      expect(recorder.isRecording).toBe(false);
      await time.pass(1_000);
      recorder.lookAtItself();
    }

    expect(FakeMediaRecorder.made).toHaveLength(6);
    expect(told()).toContain("recorder_failed");
  });

  test("what fails of a recorder that is over, or not needed yet, leaves the one that records alone", async () => {
    recorder.record(new FakeStream().asStream);
    await film(3);
    const [first, next] = FakeMediaRecorder.made;
    next?.onerror?.(new Event("error"));
    expect([first?.state, next?.state]).toEqual(["recording", "inactive"]);

    recorder.record(new FakeStream().asStream);
    const current = FakeMediaRecorder.last;
    first?.onerror?.(new Event("error"));

    expect(FakeMediaRecorder.last).toBe(current);
    expect(current.state).toBe("recording");
    await recorder.stop();
    await time.settle();
  });

  test("a muted track is told until it is heard again", () => {
    const microphone = new FakeTrack("audio");
    recorder.record(new FakeStream([new FakeTrack("video"), microphone]).asStream);

    microphone.mute(true);
    expect(told()).toEqual(["muted"]);
    microphone.mute(false);

    expect(told()).toEqual([]);
  });
});

describe("a disk that does not take a slice", () => {
  test("is told, and the slice is kept until it does", async () => {
    recorder.record(new FakeStream().asStream);
    await film(1);
    const append = vi.spyOn(disk, "append").mockRejectedValue(new DOMException("full", "QuotaExceededError"));

    await film(1);
    expect(told()).toEqual(["spool_failed"]);
    expect(slicesOnDisk).toBe(1);
    append.mockRestore();
    await time.pass(1_000);
    await time.settle();
    expect(slicesOnDisk).toBe(2);
    await recorder.stop();
    await time.settle();

    expect(told()).toEqual([]);
    expect(sealed[0]?.seal.sizeBytes).toBe(2);
  });
});

test("a full disk keeps no segment that has ended from being sealed and sent", async () => {
  recorder.record(new FakeStream().asStream);
  await film(1);
  vi.spyOn(disk, "append").mockRejectedValue(new DOMException("full", "QuotaExceededError"));

  await film(7);
  expect(sealed.map((segment) => segment.seal.sizeBytes)).toEqual([3, 3]);
  const stopped = recorder.stop();
  await time.pass(1_000);
  await stopped;

  expect(sealed.map(({ segmentNo, seal }) => [segmentNo, seal.sizeBytes])).toEqual([[1, 3], [2, 3], [3, 2]]);
  for (const { id, seal } of sealed) expect((await spool.readPart(id, 1)).length).toBe(seal.sizeBytes);
  // Whoever shuts the spool now would lose it.
  let isSettled = false;
  const settled = recorder.settled().then(() => (isSettled = true));
  await time.pass(1_000);
  await time.settle();
  expect([isSettled, told()]).toEqual([false, ["spool_failed"]]);
  for (const { id } of sealed) await spool.release(id);
  await time.pass(1_000);
  await settled;
  expect(told()).toEqual([]);
});

test("what is in memory is told of until it is on disk, though the tracks are over and no slice comes", async () => {
  const stream = new FakeStream();
  recorder.record(stream.asStream);
  await film(1);
  const append = vi.spyOn(disk, "append").mockRejectedValue(new DOMException("full", "QuotaExceededError"));
  await film(1);
  FakeMediaRecorder.last.stop();
  await time.pass(1_000);
  await time.settle();
  expect([sealed.length, told()]).toEqual([1, ["spool_failed"]]);
  recorder.lookAtItself();
  await time.settle();
  expect(told()).toEqual(["spool_failed"]);

  append.mockRestore();
  recorder.lookAtItself();
  await time.settle();

  expect(told()).toEqual([]);
  expect((await (await Spool.open(disk, digest)).segments())[0]?.seal?.sizeBytes).toBe(2);
});

test("a disk that takes slices again is told of until it has all that waited", async () => {
  recorder.record(new FakeStream().asStream);
  await film(1);
  const append = disk.append.bind(disk);
  disk.append = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
  await film(2);
  const taken: string[] = [];
  let goOn = (): void => undefined;
  disk.append = async (name, bytes) => {
    if (taken.includes("camera-00001.media")) await new Promise<void>((resolve) => (goOn = resolve));
    taken.push(name);
    await append(name, bytes);
  };

  await time.pass(1_000);
  await time.settle();
  expect(taken).toEqual(["camera-00001.log", "camera-00001.media"]);
  expect(told()).toEqual(["spool_failed"]);
  disk.append = append;
  goOn();
  await time.settle();

  expect(told()).toEqual([]);
});

test("a disk that takes the slices of one segment and not of another is told of until it takes both", async () => {
  const events: string[] = [];
  troubles.onChange(({ what }, isOver) => events.push(`${what} ${isOver ? "over" : "begun"}`));
  recorder.record(new FakeStream().asStream);
  await film(1);
  const append = disk.append.bind(disk);
  disk.append = async (name, bytes) => {
    if (name === "camera-00001.media") throw new DOMException("full", "QuotaExceededError");
    await append(name, bytes);
  };

  await film(6);
  expect(events).toEqual(["spool_failed begun"]);
  disk.append = append;
  await film(1);

  expect(events).toEqual(["spool_failed begun", "spool_failed over"]);
});

test("a spool that does not answer is told of, and everything is written once it does", async () => {
  recorder.record(new FakeStream().asStream);
  await film(1);
  const append = disk.append.bind(disk);
  let answer: (() => void) | null = null;
  disk.append = async (name, bytes) => {
    if (name.endsWith(".media") && answer === null) await new Promise<void>((resolve) => (answer = resolve));
    await append(name, bytes);
  };

  await film(10);
  expect(told()).toEqual([]);
  await film(3);
  expect(told()).toEqual(["spool_failed"]);
  (answer as (() => void) | null)?.();
  await time.settle();

  expect(told()).toEqual([]);
  await recorder.stop();
  expect(sealed.map(({ segmentNo }) => segmentNo)).toEqual(sealed.map((_, before) => before + 1));
  expect(sealed.at(-1)?.seal.endedAt).toBe(time.nowMs);
});

test("a browser that can record nothing says so", () => {
  vi.stubGlobal("MediaRecorder", Object.assign(class {}, { isTypeSupported: () => false }));

  expect(() => recorder.record(new FakeStream().asStream)).toThrow("no encoding");
});
