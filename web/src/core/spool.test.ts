import { beforeEach, describe, expect, test, vi } from "vitest";
import { joined } from "./bytes";
import { isSealed, SMALLEST_PART_BYTES } from "./segment";
import { Spool } from "./spool";
import { digest, MemoryDisk } from "./testing/disk";

const MIME = "video/webm";
let disk: MemoryDisk;
let spool: Spool;

beforeEach(async () => {
  disk = new MemoryDisk();
  spool = await Spool.open(disk, digest);
});

const bytes = (length: number, fill = 1): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(fill);

/** Matroska with a frame every half second. */
function playing(ms: number): Uint8Array<ArrayBuffer> {
  const unknown = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  const content = [0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, ...unknown];
  for (let at = 0; at <= ms; at += 500) {
    content.push(0x1f, 0x43, 0xb6, 0x75, ...unknown, 0xe7, 0x82, at >> 8, at & 255, 0xa3, 0x85, 0x81, 0, 0, 0x80, 7);
  }
  return Uint8Array.from(content);
}

describe("a segment", () => {
  test("is cut into parts of 5 MiB, the last smaller, that add up", async () => {
    const id = await spool.begin("camera", MIME, 0);
    await spool.append(id, bytes(SMALLEST_PART_BYTES), 1_000);
    await spool.append(id, bytes(9, 2), 2_000);

    const sealed = await spool.seal(id, 2_000);

    expect(sealed?.seal.parts.map((part) => part.sizeBytes)).toEqual([SMALLEST_PART_BYTES, 9]);
    expect(await spool.readPart(id, 2)).toEqual(bytes(9, 2));
    expect(sealed?.seal.sizeBytes).toBe(SMALLEST_PART_BYTES + 9);
  });

  test("that plays for longer than a busy page believes began earlier, and says so after a reload too", async () => {
    const eightSeconds = Uint8Array.from([
      ...[0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      ...[0xe7, 0x82, 0x1f, 0x40, 0xa3, 0x84, 0x81, 0, 0, 0x80],
    ]);
    for (const believedAt of [14_000, 11_500, 2_000]) {
      const id = await spool.begin("camera", MIME, believedAt);
      await spool.append(id, eightSeconds, 15_000);
      await spool.seal(id, 20_000);
    }

    const expected = [12_000, 11_500, 2_000];
    expect((await spool.segments()).map((segment) => segment.startedAt)).toEqual(expected);
    expect((await (await Spool.open(disk, digest)).segments()).map((segment) => segment.startedAt)).toEqual(expected);
  });

  test("of a camera that was slow to begin ends when it did, and began with its first frame", async () => {
    const id = await spool.begin("camera", MIME, 0);
    for (const second of [1, 2, 3, 4, 5, 6]) await spool.append(id, second === 1 ? playing(3_000) : bytes(1, 0x80), second * 1_000);

    const sealed = await spool.seal(id, 6_000);

    expect([sealed?.startedAt, sealed?.seal.endedAt]).toEqual([3_000, 6_000]);
  });

  test("of a device that slept ends with its last frame, and a screen that stands still with its recorder", async () => {
    const content = playing(60_000);
    for (const kind of ["camera", "screen"] as const) {
      for (const minutes of [1, 10, 70]) {
        const id = await spool.begin(kind, MIME, 0);
        await spool.append(id, content, 60_000);
        await spool.seal(id, minutes * 60_000);
      }
    }

    const lasted = (await spool.segments()).map(({ kind, seal }) => [kind, (seal?.endedAt ?? 0) / 60_000]);
    expect(lasted.filter(([kind]) => kind === "camera")).toEqual([["camera", 1], ["camera", 1], ["camera", 1]]);
    // No more than the server takes.
    expect(lasted.filter(([kind]) => kind === "screen")).toEqual([["screen", 1], ["screen", 10], ["screen", 15]]);
  });

  test("without a byte takes no number", async () => {
    await spool.seal(await spool.begin("camera", MIME, 0), 1);
    const id = await spool.begin("camera", MIME, 2);
    await spool.append(id, bytes(1), 3);

    const sealed = await spool.seal(id, 4);

    expect(sealed?.segmentNo).toBe(1);
  });

  test("goes on while the one before it is still being sealed", async () => {
    const first = await spool.begin("camera", MIME, 0);
    await spool.append(first, bytes(3, 1), 1_000);
    const second = await spool.begin("camera", MIME, 1_000);

    const [, late] = await Promise.all([spool.append(second, bytes(3, 2), 2_000), spool.append(first, bytes(1, 1), 1_500)]);
    await spool.seal(first, 1_000);
    const sealed = await spool.seal(second, 2_000);

    expect(late).toBe(true);
    expect(sealed).toMatchObject({ segmentNo: 2 });
    expect(sealed?.seal.previousSha256).toBe(await digest(bytes(4, 1)));
  });
});

describe("a crash", () => {
  test("at any byte leaves every slice that was acknowledged before it", async () => {
    for (let dieAfter = 0; dieAfter < 700; dieAfter += 1) {
      const mortal = new MemoryDisk();
      const before = await Spool.open(mortal, digest);
      mortal.dieAfter(dieAfter);
      let acknowledged = 0;
      try {
        const id = await before.begin("camera", MIME, 1_000);
        for (let slice = 1; slice <= 5; slice += 1) {
          await before.append(id, bytes(20, slice), 1_000 * (slice + 1));
          if (mortal.isDead) break;
          acknowledged = slice;
        }
        await before.seal(id, 6_500);
      } catch {
        // Dead; the disk stays.
      }

      mortal.reborn();
      const [rescued] = await (await Spool.open(mortal, digest)).segments();

      if (acknowledged > 0) {
        expect(rescued && isSealed(rescued)).toBe(true);
        expect(rescued?.seal?.sizeBytes).toBeGreaterThanOrEqual(20 * acknowledged);
        expect(rescued?.seal?.endedAt).toBeGreaterThanOrEqual(1_000 * (acknowledged + 1));
      }
    }
  });

  test("does not make a recording claim an earlier time than it was filmed in", async () => {
    for (let dieAfter = 0; dieAfter < 400; dieAfter += 1) {
      const mortal = new MemoryDisk();
      const before = await Spool.open(mortal, digest);
      const id = await before.begin("camera", MIME, 100_000);
      await before.append(id, playing(1_000), 101_000);
      mortal.dieAfter(dieAfter);
      await before.append(id, playing(10_000), 110_000).catch(() => undefined);

      mortal.reborn();
      const [rescued] = await (await Spool.open(mortal, digest)).segments();

      expect(rescued?.startedAt).toBe(100_000);
    }
  });

  test("in the middle of a frame leaves the recording up to the frame before it", async () => {
    const head = [0x1a, 0x45, 0xdf, 0xa3, 0x80];
    const id = await spool.begin("camera", MIME, 0);
    await spool.append(id, Uint8Array.from([...head, 0xa3, 0x82, 7, 7, 0xa3]), 1_000);

    const [rescued] = await (await Spool.open(disk, digest)).segments();

    expect(rescued?.seal).toMatchObject({ sizeBytes: head.length + 4, parts: [{ sizeBytes: head.length + 4 }] });
  });

  test("does not bring back what was verified", async () => {
    const id = await spool.begin("camera", MIME, 0);
    await spool.append(id, bytes(5), 1);
    await spool.seal(id, 2);
    await spool.release(id);

    const after = await Spool.open(disk, digest);

    expect(await after.segments()).toMatchObject([{ phase: "verified", segmentNo: 1 }]);
    expect([...disk.files.keys()]).not.toContain(`${id}.media`);
  });

  test("keeps how the recording ended", async () => {
    await spool.raiseFloor("evidence", 4);
    await spool.close("evidence");
    await spool.markClosingTold("evidence");

    const after = await Spool.open(disk, digest);

    expect(await after.closing("evidence")).toEqual({ lastSegmentNo: 4, told: true });
  });

  test("closes again what was reopened, at the same number too, since the server took it back as well", async () => {
    await spool.raiseFloor("evidence", 4);
    await spool.close("evidence");
    await spool.markClosingTold("evidence");
    await spool.takeBackClosing("evidence");

    const after = await Spool.open(disk, digest);
    expect(await after.closing("evidence")).toBeNull();
    await after.close("evidence");

    expect(await after.closing("evidence")).toEqual({ lastSegmentNo: 4, told: false });
  });
});

describe("a full disk", () => {
  /** Not one byte more than is there. */
  const fillUp = (): void => {
    disk.capacity = disk.usedBytes;
  };

  test("at any byte doubles no slice that is brought again", async () => {
    for (let capacity = 0; capacity < 700; capacity += 1) {
      disk = new MemoryDisk();
      spool = await Spool.open(disk, digest);
      disk.capacity = capacity;
      const id = await spool.begin("camera", MIME, 1_000);
      for (let slice = 1; slice <= 5; slice += 1) {
        while (!(await spool.append(id, bytes(20, slice), 1_000 * (slice + 1)).then(() => true, () => false))) disk.capacity += 25;
      }
      const sealed = await spool.seal(id, 6_500);

      const content = [1, 2, 3, 4, 5].flatMap((slice) => [...bytes(20, slice)]);
      expect(sealed?.seal).toMatchObject({ sizeBytes: 100, endedAt: 6_500 });
      expect(await spool.readPart(id, 1)).toEqual(Uint8Array.from(content));
    }
  });

  test("leaves no hole in the numbers where a slice does not fit and a later one does", async () => {
    for (let capacity = 0; capacity < 400; capacity += 1) {
      disk = new MemoryDisk();
      spool = await Spool.open(disk, digest);
      disk.capacity = capacity;
      const [first, second] = [await spool.begin("camera", MIME, 1_000), await spool.begin("camera", MIME, 11_000)];
      await spool.append(first, bytes(100), 2_000).catch(() => undefined);
      disk.capacity = capacity + 50;
      await spool.append(second, bytes(10), 12_000).catch(() => undefined);

      const numbers = (await (await Spool.open(disk, digest)).segments()).map(({ segmentNo }) => segmentNo);

      expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    }
  });

  test("lets go of what is verified, and takes the next", async () => {
    const first = await recorded("camera", 1_000);
    fillUp();

    await spool.release(first);

    expect([...disk.files.keys()]).not.toContain(`${first}.media`);
    await recorded("camera", 1);
    expect(await phasesAfterReload()).toEqual(["verified", "sealed"]);
  });

  test("seals what is on it; the seal is written when there is room", async () => {
    const first = await recorded("camera", 500);
    const second = await spool.begin("screen", MIME, 1_000);
    await spool.append(second, bytes(60), 2_000);
    fillUp();

    const sealed = await spool.seal(second, 2_500);
    expect(sealed).toMatchObject({ phase: "sealed", seal: { sizeBytes: 60, endedAt: 2_500 } });
    expect(await spool.readPart(second, 1)).toEqual(bytes(60));
    await spool.release(first);

    const after = await Spool.open(disk, digest);
    expect((await after.segments()).find(({ id }) => id === second)).toEqual(sealed);
  });

  test("remembers what the server has, so that another segment has its turn", async () => {
    const id = await recorded("camera", 60);
    fillUp();

    await spool.markUploaded(id);
    expect(await spool.segments()).toMatchObject([{ phase: "uploaded" }]);
    await spool.markAgain(id);
    expect(await spool.segments()).toMatchObject([{ phase: "sealed" }]);
    await spool.renumber(id, 6);
    expect(await spool.segments()).toMatchObject([{ segmentNo: 7 }]);
    await spool.close("camera");
    expect(await spool.closing("camera")).toEqual({ lastSegmentNo: 7, told: false });
  });

  test("is opened after a crash, with what the crash cut off", async () => {
    const id = await spool.begin("camera", MIME, 1_000);
    await spool.append(id, bytes(60), 2_000);
    fillUp();

    const after = await Spool.open(disk, digest);

    expect(await after.segments()).toMatchObject([{ phase: "sealed", seal: { sizeBytes: 60, endedAt: 2_000 } }]);
    expect(await after.readPart(id, 1)).toEqual(bytes(60));
  });

  test("of which one file cannot be written keeps the lines of the others", async () => {
    const [first, second] = [await recorded("camera", 60), await recorded("screen", 60)];
    const append = disk.append.bind(disk);
    disk.append = async (name, content) => {
      if (name.startsWith(first)) throw new DOMException("in use", "NoModificationAllowedError");
      await append(name, content);
    };

    await spool.markUploaded(first);
    await spool.markUploaded(second);

    expect(await phasesAfterReload()).toEqual(["sealed", "uploaded"]);
  });

  test("that does not remove a file now removes it with the next", async () => {
    const [first, second] = [await recorded("camera", 60), await recorded("screen", 60)];
    const remove = vi.spyOn(disk, "remove").mockRejectedValueOnce(new DOMException("no room", "QuotaExceededError"));

    await spool.release(first);
    expect(remove).toHaveBeenCalledOnce();
    await spool.release(second);

    expect([...disk.files.keys()].filter((name) => name.endsWith(".media"))).toEqual([]);
    expect(await phasesAfterReload()).toEqual(["verified", "verified"]);
  });

  async function recorded(kind: "camera" | "screen", length: number): Promise<string> {
    const id = await spool.begin(kind, MIME, 1_000);
    await spool.append(id, bytes(length), 2_000);
    await spool.seal(id, 2_500);
    return id;
  }

  async function phasesAfterReload(): Promise<string[]> {
    return (await (await Spool.open(disk, digest)).segments()).map(({ phase }) => phase);
  }
});

describe("a segment that has ended on a full disk", () => {
  const slices = [bytes(40, 1), bytes(40, 2), bytes(40, 3)] as const;
  const whole = joined(slices);

  /** Its first slice was recorded while there was room for so much, or has waited until it ended. */
  async function ended(capacity: number): Promise<string> {
    disk.capacity = capacity;
    const id = await spool.begin("camera", MIME, 1_000);
    for (const [at, slice] of slices.entries()) await spool.append(id, slice, 2_000 + at * 1_000, true);
    return id;
  }

  test("is sealed and sent whole, whatever the disk took, and makes room", async () => {
    for (let capacity = 0; capacity < 500; capacity += 1) {
      disk = new MemoryDisk();
      spool = await Spool.open(disk, digest);
      const id = await ended(capacity);

      const sealed = await spool.seal(id, 4_000);

      expect(sealed).toMatchObject({ segmentNo: 1, seal: { sizeBytes: 120, endedAt: 4_000, sha256: await digest(whole) } });
      expect(await spool.readPart(id, 1)).toEqual(whole);
      await spool.markUploaded(id);
      await spool.release(id);
      expect([...disk.files.keys()]).not.toContain(`${id}.media`);
      disk.capacity = Infinity;
      const next = await spool.begin("camera", MIME, 5_000);
      expect(await spool.append(next, bytes(10), 6_000)).toBe(true);
      expect((await (await Spool.open(disk, digest)).segments()).map(({ phase }) => phase)).toEqual(["verified", "sealed"]);
    }
  });

  test("is cut into parts that lie on the disk, in memory and across both", async () => {
    const id = await spool.begin("camera", MIME, 1_000);
    await spool.append(id, bytes(SMALLEST_PART_BYTES - 10, 1), 2_000);
    disk.capacity = disk.usedBytes;
    expect(await spool.append(id, bytes(30, 2), 3_000, true)).toBe(false);
    const sealed = await spool.seal(id, 3_000);

    expect(sealed?.seal.parts.map((part) => part.sizeBytes)).toEqual([SMALLEST_PART_BYTES, 20]);
    expect((await spool.readPart(id, 1)).subarray(-11)).toEqual(joined([bytes(1, 1), bytes(10, 2)]));
    expect(await spool.readPart(id, 2)).toEqual(bytes(20, 2));
  });

  test("goes to the disk with the next slice that it takes, and says so", async () => {
    const first = await ended(150);
    await spool.seal(first, 4_000);
    const second = await spool.begin("camera", MIME, 4_000);
    await expect(spool.append(second, bytes(40), 5_000)).rejects.toMatchObject({ name: "QuotaExceededError" });
    disk.capacity = Infinity;

    expect(await spool.append(second, bytes(40), 5_000)).toBe(true);

    const after = await Spool.open(disk, digest);
    expect(await after.readPart(first, 1)).toEqual(whole);
    expect(await after.segments()).toMatchObject([{ segmentNo: 1, seal: { endedAt: 4_000 } }, { segmentNo: 2 }]);
  });

  test("is safe once there is room, or once it is released", async () => {
    for (const makeRoom of [() => void (disk.capacity = Infinity), (id: string) => spool.release(id)]) {
      const id = await ended(disk.usedBytes + 150);
      await spool.seal(id, 4_000);
      expect([await spool.settle("camera"), await spool.settle("screen")]).toEqual([false, true]);

      await makeRoom(id);

      expect(await spool.settle("camera")).toBe(true);
    }
  });

  test("keeps a recording from being called safe, and no other", async () => {
    await ended(150);
    disk.capacity = Infinity;
    const append = disk.append.bind(disk);
    disk.append = async (name, content) => {
      if (name === "camera-00001.media") throw new DOMException("in use", "NoModificationAllowedError");
      await append(name, content);
    };
    const [camera, screen] = [await spool.begin("camera", MIME, 4_000), await spool.begin("screen", MIME, 4_000)];

    expect(await spool.append(camera, bytes(1), 5_000)).toBe(false);
    expect(await spool.append(screen, bytes(1), 5_000)).toBe(true);
  });

  test("is after a crash what the disk has of it, at any byte, and claims no more", async () => {
    for (const capacity of [0, 60, 150, 200]) {
      for (let dieAfter = 0; dieAfter < 700; dieAfter += 1) {
        disk = new MemoryDisk();
        spool = await Spool.open(disk, digest);
        const id = await ended(capacity);
        await spool.seal(id, 4_000);
        disk.capacity = Infinity;
        disk.dieAfter(dieAfter);
        await spool.append(await spool.begin("screen", MIME, 0), bytes(1), 9_000).catch(() => undefined);
        disk.reborn();

        const after = await Spool.open(disk, digest);
        const rescued = (await after.segments()).find((one) => one.kind === "camera");
        const size = rescued?.seal?.sizeBytes ?? 0;
        if (size > 0) expect(await after.readPart(id, 1)).toEqual(whole.subarray(0, size));
        // A line is at most one slice ahead of its content.
        const seconds = ((rescued?.seal?.endedAt ?? 1_000) - 1_000) / 1_000;
        expect(seconds - size / slices[0].length).toBeGreaterThanOrEqual(0);
        expect(seconds - size / slices[0].length).toBeLessThanOrEqual(1);
      }
    }
  });
});

test("a file that cannot be read keeps nothing else here, and is tried again by the next page", async () => {
  const [broken, sound] = [await spool.begin("camera", MIME, 0), await spool.begin("screen", MIME, 0)];
  for (const id of [broken, sound]) await spool.append(id, bytes(9), 1_000);
  const read = disk.read.bind(disk);
  disk.read = (name, offset, length) => {
    if (name === `${broken}.media`) return Promise.reject(new DOMException("unreadable", "NotReadableError"));
    return read(name, offset, length);
  };

  const page = await Spool.open(disk, digest);
  expect((await page.segments()).map(({ kind, phase }) => [kind, phase])).toEqual([["camera", "recording"], ["screen", "sealed"]]);

  disk.read = read;
  const next = await Spool.open(disk, digest);
  expect((await next.segments()).map(({ phase }) => phase)).toEqual(["sealed", "sealed"]);
});
