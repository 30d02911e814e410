import { beforeEach, describe, expect, test } from "vitest";
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

    expect(late).toBeUndefined();
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
});
