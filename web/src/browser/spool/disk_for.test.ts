import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, test } from "vitest";
import type { Disk } from "../../core/disk";
import { MemoryDisk } from "../../core/testing/disk";
import { diskFor } from "./disk_for";

let files: MemoryDisk;
let pieces: MemoryDisk;
let opfsFails: Error | null;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  files = new MemoryDisk();
  pieces = new MemoryDisk();
  opfsFails = null;
});

/** A browser with both; the private file system fails as the test says. */
async function open(): Promise<[Disk, string]> {
  return await diskFor("sitting", {
    opfs: async () => {
      if (opfsFails) throw opfsFails;
      return files;
    },
    indexeddb: async () => pieces,
  });
}

const recordSomething = (disk: Disk): Promise<void> => disk.append("camera-00001.log", new Uint8Array([1]));
const full = new DOMException("full", "QuotaExceededError");
const broken = new DOMException("transient", "UnknownError");

test("recordings lie in the private file system, and the probe leaves nothing", async () => {
  expect(await open()).toEqual([files, "opfs"]);
  expect(await files.names()).toEqual([]);
});

test("a browser without a private file system has IndexedDB, and keeps to it when it gets one", async () => {
  opfsFails = new TypeError("getDirectory is not a function");
  expect(await open()).toEqual([pieces, "indexeddb"]);
  opfsFails = null;

  expect(await open()).toEqual([pieces, "indexeddb"]);
});

describe("what was recorded is never hidden behind an empty disk", () => {
  test("by a full one", async () => {
    await recordSomething((await open())[0]);
    files.capacity = files.usedBytes;

    expect(await open()).toEqual([files, "opfs"]);
  });

  test("by one that fails", async () => {
    await recordSomething((await open())[0]);
    opfsFails = broken;

    await expect(open()).rejects.toBe(broken);
  });

  test("where nobody noted where it lies, and the disk is full", async () => {
    await recordSomething(files);
    files.capacity = files.usedBytes;

    expect(await open()).toEqual([files, "opfs"]);
  });
});

test("a disk without room for a byte is told, not passed over", async () => {
  files.capacity = 0;

  await expect(open()).rejects.toMatchObject({ name: full.name });
});

test("a browser whose IndexedDB fails records into files", async () => {
  globalThis.indexedDB = { open: () => { throw broken; } } as unknown as IDBFactory;

  expect(await open()).toEqual([files, "opfs"]);
});
