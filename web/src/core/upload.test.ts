import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiError, SegmentDamaged, SegmentLost, SegmentRotted } from "./errors";
import { type RecordingKind, SMALLEST_PART_BYTES } from "./segment";
import { Spool } from "./spool";
import { digest, MemoryDisk } from "./testing/disk";
import { FakeServer } from "./testing/server";
import { FakeTime } from "./testing/time";
import { Uploader } from "./upload";

const ONE_PART = 1_000;
const THREE_PARTS = 2 * SMALLEST_PART_BYTES + 7;

let time: FakeTime;
let disk: MemoryDisk;
let server: FakeServer;
let spool: Spool;
let uploader: Uploader;
let page: AbortController;

beforeEach(async () => {
  time = new FakeTime();
  disk = new MemoryDisk();
  server = new FakeServer(time.sleep);
  await openPage();
});

afterEach(() => page.abort());

/** A page on the same disk, before the same server. */
async function openPage(kinds: RecordingKind[] = ["camera", "screen"]): Promise<void> {
  page = new AbortController();
  disk.reborn();
  spool = await Spool.open(disk, digest);
  const ports = {
    api: server.api,
    put: server.put,
    spool,
    sleep: time.sleep,
    random: () => 0.5,
    monotonic: time.now,
  };
  uploader = new Uploader(ports, kinds);
}

async function record(kind: RecordingKind, bytes: number, fill = 1): Promise<void> {
  const id = await spool.begin(kind, "video/webm", time.nowMs);
  await spool.append(id, new Uint8Array(bytes).fill(fill), time.nowMs + 1_000);
  await spool.seal(id, time.nowMs + 2_000);
}

async function upload(ms: number): Promise<void> {
  void uploader.run(page.signal);
  await time.pass(ms);
}

function contentOnDisk(): string[] {
  return [...disk.files.keys()].filter((name) => name.endsWith(".media"));
}

describe("the line never waits for an answer", () => {
  test("while a segment's parts go up, one at a time, the next is declared", async () => {
    server.partMs = 1_000;
    await record("camera", THREE_PARTS, 1);
    await record("camera", ONE_PART, 2);

    await upload(10_000);

    expect(server.calls.filter((call) => call.includes("camera")).slice(0, 4)).toEqual([
      "declare camera 1",
      "put camera 1 1",
      "declare camera 2",
      "put camera 1 2",
    ]);
    expect(server.puts()).toEqual(["put camera 1 1", "put camera 1 2", "put camera 1 3", "put camera 2 1"]);
    expect(server.mostInFlight.get("camera")).toBe(1);
  });

  test("and what stood back goes on as soon as it may", async () => {
    server.partMs = 1_000;
    for (let made = 1; made <= 3; made += 1) await record("camera", ONE_PART, made);
    await record("screen", ONE_PART);

    await upload(1_500);

    expect(server.puts()).toEqual(["put camera 1 1", "put camera 2 1", "put screen 1 1"]);
  });

  test("but after a failure there is one call at a time, with the pauses of one", async () => {
    server.partMs = 1_000;
    for (let made = 1; made <= 3; made += 1) await record("camera", ONE_PART, made);
    await upload(500);
    server.online = false;
    await time.pass(3_000);
    const before = server.calls.length;

    await time.pass(120_000);

    expect(server.calls.length - before).toBeLessThanOrEqual(12);
    server.online = true;
    await time.pass(60_000);
    expect(server.held("camera", 3)?.state).toBe("verified");
  });
});

describe("a segment that goes up", () => {
  test("is declared, put and completed, and leaves the disk only once it is verified", async () => {
    await record("camera", THREE_PARTS);
    server.verifies = false;

    await upload(1_000);

    expect(server.calls.slice(0, 5)).toEqual([
      "declare camera 1",
      "put camera 1 1",
      "put camera 1 2",
      "put camera 1 3",
      "complete camera 1",
    ]);
    expect(contentOnDisk()).toHaveLength(1);

    server.verifies = true;
    await time.pass(60_000);

    expect(contentOnDisk()).toEqual([]);
    expect(await uploader.progress()).toMatchObject({ settled: true, waitingBytes: 0 });
  });

  test("names the one before it", async () => {
    await record("camera", ONE_PART, 1);
    await record("camera", ONE_PART, 2);

    await upload(1_000);

    const first = server.held("camera", 1)?.declared;
    expect(server.held("camera", 2)?.declared.previous_sha256).toBe(first?.sha256);
    expect(first?.previous_sha256).toBeNull();
  });
});

describe("a desktop that was moved away from", () => {
  const moved = new ApiError(401, "session_moved", { zh: "已转移", en: "moved" }, {});

  test("delivers all, and is done though nobody hears its closing", async () => {
    await record("camera", ONE_PART);
    await spool.close("camera");
    server.closingRefused = moved;

    await upload(60_000);

    expect(server.held("camera", 1)?.state).toBe("verified");
    expect(server.calls.filter((call) => call.startsWith("close"))).toHaveLength(1);
    expect(await uploader.progress()).toMatchObject({ settled: true });
  });
});

describe("whatever fails is tried again, and only what is missing goes up", () => {
  test.each(["declare", "put camera 1 2", "complete"])("a server that answers 503 to %s", async (call) => {
    await record("camera", THREE_PARTS);
    server.fail(call, "503", "503", "503");

    await upload(60_000);

    expect(server.held("camera", 1)?.state).toBe("verified");
    expect(server.puts().filter((put) => put === "put camera 1 1")).toHaveLength(1);
  });

  test.each(["declare", "put camera 1 2", "complete"])("a lost answer to %s", async (call) => {
    await record("camera", THREE_PARTS);
    server.fail(call, "answer_lost");

    await upload(60_000);

    expect(server.held("camera", 1)?.state).toBe("verified");
    expect(server.puts()).toHaveLength(3);
  });

  test("a half-sent part goes up again, the others do not", async () => {
    await record("camera", THREE_PARTS);
    server.fail("put camera 1 2", "half_sent", "half_sent");

    await upload(60_000);

    expect(server.puts().map((put) => put.split(" ").at(-1))).toEqual(["1", "2", "2", "2", "3"]);
  });

  test("expired URLs are asked for anew at once", async () => {
    await record("camera", THREE_PARTS);
    server.fail("put camera 1 2", "expired");

    await upload(0);

    expect(server.held("camera", 1)?.state).toBe("uploaded");
    expect(server.calls.filter((call) => call.startsWith("declare"))).toHaveLength(2);
  });

  test("URLs that never work are not asked for in a circle", async () => {
    await record("camera", ONE_PART);
    server.fail("put", ...Array<"expired">(40).fill("expired"));

    await upload(10_000);

    expect(server.puts().length).toBeLessThan(30);
  });

  test("waits grow, and the network's return ends them", async () => {
    await record("camera", ONE_PART);
    server.online = false;
    await upload(10 * 60_000);
    const tries = server.calls.length;

    server.online = true;
    uploader.wake();
    await time.pass(0);

    expect(tries).toBeLessThan(60);
    expect(server.held("camera", 1)?.state).toBe("uploaded");
  });
});

describe("a page that dies", () => {
  test("in the middle of a segment's parts: the next sends the rest", async () => {
    await record("camera", THREE_PARTS);
    server.fail("put camera 1 3", "unreachable");
    await upload(0);
    page.abort();

    await openPage();
    await upload(60_000);

    expect(server.puts()).toEqual(["put camera 1 1", "put camera 1 2", "put camera 1 3", "put camera 1 3"]);
    expect(server.held("camera", 1)?.state).toBe("verified");
  });

  test("while it records: what is on disk goes up as a segment of its own", async () => {
    const id = await spool.begin("camera", "video/webm", time.nowMs);
    await spool.append(id, new Uint8Array(500), time.nowMs + 1_000);
    await spool.append(id, new Uint8Array(500), time.nowMs + 2_000);
    page.abort();

    await openPage();
    await record("camera", ONE_PART, 9);
    await upload(60_000);

    const { declared } = server.held("camera", 1)!;
    expect(declared.size_bytes).toBe(1_000);
    expect(Date.parse(declared.ended_at) - Date.parse(declared.started_at)).toBe(2_000);
    expect(server.held("camera", 2)?.declared.previous_sha256).toBe(declared.sha256);
  });

  test("after completing: nothing goes up twice", async () => {
    await record("camera", ONE_PART);
    server.verifies = false;
    server.fail("complete", "answer_lost");
    await upload(0);
    page.abort();

    await openPage();
    await upload(60_000);

    expect(server.puts()).toHaveLength(1);
  });
});

describe("camera and screen", () => {
  test("have one part in flight each", async () => {
    await record("camera", THREE_PARTS);
    await record("screen", THREE_PARTS);
    server.partMs = 1_000;

    await upload(30_000);

    expect(Object.fromEntries(server.mostInFlight)).toEqual({ camera: 1, screen: 1 });
    expect(server.held("screen", 1)?.state).toBe("verified");
  });

  test("the screen stands back while the camera is behind", async () => {
    for (const fill of [1, 2, 3, 4]) await record("camera", ONE_PART, fill);
    await record("screen", ONE_PART);
    server.partMs = 1_000;

    await upload(60_000);

    expect(server.puts().indexOf("put screen 1 1")).toBeGreaterThan(server.puts().indexOf("put camera 2 1"));
    expect(server.held("screen", 1)?.state).toBe("verified");
  });
});

describe("what cannot be mended by trying", () => {
  test("a refusal is told and the next segment goes on", async () => {
    await record("camera", ONE_PART, 1);
    server.refuses = new ApiError(409, "step_refused", { zh: "已截止", en: "over" }, { reason: "too_late" });
    await upload(1_000);

    const [camera] = (await uploader.progress()).kinds;
    expect(camera?.givenUp).toMatchObject([{ segmentNo: 1, error: { code: "step_refused" } }]);
    expect(contentOnDisk()).toHaveLength(1);

    server.refuses = null;
    uploader.reconsider();
    await time.pass(60_000);

    expect(server.held("camera", 1)?.state).toBe("verified");
  });

  test("a step that is not open yet is waited for", async () => {
    await record("camera", ONE_PART);
    server.refuses = new ApiError(409, "step_refused", { zh: "未进入", en: "not in" }, { reason: "prerequisite_missing" });
    await upload(5_000);
    server.refuses = null;

    await time.pass(60_000);

    expect(server.held("camera", 1)?.state).toBe("verified");
  });

  test("content that is gone from the disk", async () => {
    await record("camera", ONE_PART);
    for (const name of contentOnDisk()) disk.files.delete(name);

    await upload(1_000);

    expect((await uploader.progress()).kinds[0]?.givenUp[0]?.error).toBeInstanceOf(SegmentLost);
  });

  test("content that cannot be read keeps nothing else here, and goes once it can", async () => {
    for (let made = 1; made <= 4; made += 1) await record("camera", ONE_PART, made);
    await record("screen", ONE_PART);
    disk.unreadable.add("camera-00001.media");

    await upload(30_000);

    expect(["camera 2", "camera 3", "camera 4", "screen 1"].filter((one) => !server.puts().includes(`put ${one} 1`))).toEqual([]);
    expect(server.held("camera", 1)?.state).toBe("declared");
    disk.unreadable.clear();
    await time.pass(120_000);
    expect(server.held("camera", 1)?.state).toBe("verified");
    expect((await uploader.progress()).settled).toBe(true);
  });

  test("content that a full disk did not take goes up from memory, and keeps the page open while nobody has it", async () => {
    disk.capacity = 0;
    for (const fill of [1, 2]) {
      const id = await spool.begin("camera", "video/webm", time.nowMs);
      await spool.append(id, new Uint8Array(ONE_PART).fill(fill), time.nowMs + 1_000, true);
      await spool.seal(id, time.nowMs + 2_000);
    }
    server.refuses = new ApiError(409, "step_refused", { zh: "过期", en: "late" }, { reason: "too_late" });
    await upload(1_000);
    expect(await uploader.progress()).toMatchObject({ settled: false, waitingSegments: 0 });

    server.refuses = null;
    uploader.reconsider();
    await time.pass(30_000);

    expect(server.puts()).toEqual(["put camera 1 1", "put camera 2 1"]);
    expect(await uploader.progress()).toMatchObject({ settled: true });
  });

  test("content that has changed on the disk", async () => {
    await record("camera", ONE_PART);
    for (const name of contentOnDisk()) disk.files.get(name)?.set([77], 3);

    await upload(1_000);

    expect((await uploader.progress()).kinds[0]?.givenUp[0]?.error).toBeInstanceOf(SegmentRotted);
    expect(server.puts()).toEqual([]);
  });

  test("a segment that arrives damaged is sent again, three times, and stays on the disk", async () => {
    await record("camera", ONE_PART);
    server.verifies = false;
    void uploader.run(page.signal);
    for (let arrival = 1; arrival <= 4; arrival += 1) {
      await time.pass(200_000);
      const held = server.held("camera", 1)!;
      expect(held.attempt).toBe(arrival);
      held.state = "damaged";
    }
    await time.pass(200_000);

    expect(server.held("camera", 1)?.attempt).toBe(4);
    expect((await uploader.progress()).kinds[0]?.givenUp[0]?.error).toBeInstanceOf(SegmentDamaged);
    expect(contentOnDisk()).toHaveLength(1);
  });

  test("a number that another device has used is given up for a free one", async () => {
    await record("camera", ONE_PART, 1);
    await upload(60_000);
    page.abort();
    disk = new MemoryDisk();
    await openPage();
    await record("camera", ONE_PART, 2);

    await upload(60_000);

    expect(server.held("camera", 2)?.state).toBe("verified");
    expect(server.held("camera", 1)?.attempt).toBe(1);
  });
});

describe("the end of a recording", () => {
  test("is told with its last segment, also after a lost answer, and once", async () => {
    await record("camera", ONE_PART);
    await spool.close("camera");
    server.fail("close", "answer_lost");

    await upload(60_000);

    expect(server.closed.get("camera")).toBe(1);
    expect(server.calls.filter((call) => call.startsWith("close"))).toHaveLength(2);
    expect(await uploader.progress()).toMatchObject({ settled: true });
  });

  test("counts segments of a device before this one", async () => {
    await spool.raiseFloor("camera", 7);
    await record("camera", ONE_PART);
    await spool.close("camera");

    await upload(60_000);

    expect(server.closed.get("camera")).toBe(8);
  });

  test("is told when all of it has gone up, and not while its lane stands back", async () => {
    server.partMs = 1_000;
    for (let made = 1; made <= 4; made += 1) await record("camera", ONE_PART, made);
    await record("screen", ONE_PART);
    await spool.close("screen");

    await upload(60_000);

    expect(server.calls.filter((call) => /(complete|close) screen/.test(call))).toEqual(["complete screen 1", "close screen 1"]);
  });

  test("a recording of nothing ends with 0", async () => {
    const id = await spool.begin("screen", "video/webm", time.nowMs);
    await spool.seal(id, time.nowMs + 1);
    await spool.close("screen");

    await upload(1_000);

    expect(server.closed.get("screen")).toBe(0);
  });
});

describe("a full disk", () => {
  test("is emptied, each segment sent once, and takes again what is recorded", async () => {
    for (let made = 1; made <= 4; made += 1) await record("camera", ONE_PART, made);
    await record("screen", ONE_PART);
    disk.capacity = disk.usedBytes;

    await upload(60_000);

    expect(contentOnDisk()).toEqual([]);
    expect(server.puts()).toHaveLength(5);
    await record("camera", 2 * ONE_PART);
    await time.pass(60_000);
    expect(server.held("camera", 5)?.state).toBe("verified");
  });

  test("and a page that dies on it: nothing is sent twice, nothing is missed", async () => {
    for (let made = 1; made <= 3; made += 1) await record("camera", ONE_PART, made);
    disk.capacity = disk.usedBytes;
    server.verifies = false;
    await upload(2_000);
    page.abort();
    await openPage();
    server.verifies = true;

    await upload(60_000);

    expect(server.puts()).toHaveLength(3);
    expect(contentOnDisk()).toEqual([]);
    expect(await uploader.progress()).toMatchObject({ settled: true });
  });
});

describe("progress", () => {
  test("forecasts the rest from what went up", async () => {
    server.partMs = 1_000;
    await record("camera", SMALLEST_PART_BYTES, 1);
    await record("camera", SMALLEST_PART_BYTES, 2);
    const told: (number | null)[] = [];
    uploader.onProgress((progress) => told.push(progress.forecastMs));

    await upload(1_500);

    expect(told).toContain(1_000);
  });

  test("says when no server answers", async () => {
    await record("camera", ONE_PART);
    server.online = false;

    await upload(1_000);

    expect(await uploader.progress()).toMatchObject({ online: false, waitingSegments: 1, settled: false });
  });

  test.each(["declare", "put"])("a server that is too busy for %s is away as well", async (call) => {
    await record("camera", ONE_PART);
    server.fail(call, "503", "503", "503");

    await upload(0);

    expect(await uploader.progress()).toMatchObject({ online: false, waitingSegments: 1 });
    await time.pass(30_000);
    expect(await uploader.progress()).toMatchObject({ online: true, waitingSegments: 0 });
  });
});
