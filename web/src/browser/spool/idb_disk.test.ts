import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { Spool } from "../../core/spool";
import { digest } from "../../core/testing/disk";
import { IdbDisk } from "./idb_disk";

test("what was appended is there after a reload, read across its pieces", async () => {
  const disk = await IdbDisk.open("spool-a");
  await disk.append("camera.media", new Uint8Array([1, 2, 3]));
  await disk.append("camera.media", new Uint8Array([4, 5]));

  const after = await IdbDisk.open("spool-a");

  expect(await after.names()).toEqual(["camera.media"]);
  expect(await after.size("camera.media")).toBe(5);
  expect(await after.read("camera.media", 2, 2)).toEqual(new Uint8Array([3, 4]));
  expect(await after.read("camera.media", 4, 9)).toEqual(new Uint8Array([5]));
});

test("what is removed is gone, and what never was is empty", async () => {
  const disk = await IdbDisk.open("spool-b");
  await disk.append("x", new Uint8Array([1]));
  await disk.remove("x");

  const after = await IdbDisk.open("spool-b");

  expect(await after.size("x")).toBe(0);
  expect(await after.read("y", 0, 5)).toEqual(new Uint8Array());
});

test("a spool on it rescues a recording that a crash cut off", async () => {
  const before = await Spool.open(await IdbDisk.open("spool-c"), digest);
  const id = await before.begin("evidence", "video/mp4", 1_000);
  await before.append(id, new Uint8Array([7, 7]), 2_000);

  const after = await Spool.open(await IdbDisk.open("spool-c"), digest);

  expect(await after.segments()).toMatchObject([{ phase: "sealed", seal: { sizeBytes: 2, endedAt: 2_000 } }]);
  expect(await after.readPart(id, 1)).toEqual(new Uint8Array([7, 7]));
});
