/**
 * Which disk a sitting's recordings lie on: the private file system, or IndexedDB where the browser has none. Where
 * they were laid first, there they stay: a file system that fails today would seem to be missing, and an empty disk
 * in its place would hide what was recorded.
 */
import type { Disk } from "../../core/disk";
import { Shelf } from "../database";

export type DiskKind = "opfs" | "indexeddb";

export type Disks = Readonly<Record<DiskKind, (sittingId: string) => Promise<Disk>>>;

/** @throws DOMException when the disk with the sitting's recordings does not open, or no disk has room for any */
export async function diskFor(sittingId: string, disks: Disks): Promise<[disk: Disk, kind: DiskKind]> {
  const places = new Shelf("viva-spools");
  // A browser whose IndexedDB fails may still have files.
  const place = await places.get<DiskKind>(sittingId).catch(() => undefined);
  if (place) return [await disks[place](sittingId), place];
  const [disk, kind] = await firstDiskFor(sittingId, disks);
  await places.put(sittingId, kind).catch(() => undefined);
  return [disk, kind];
}

async function firstDiskFor(sittingId: string, disks: Disks): Promise<[disk: Disk, kind: DiskKind]> {
  try {
    const disk = await disks.opfs(sittingId);
    if ((await disk.names()).length === 0) await probe(disk);
    return [disk, "opfs"];
  } catch (error) {
    if (isFull(error)) throw error;
    return [await disks.indexeddb(sittingId), "indexeddb"];
  }
}

/** Some browsers give the folder and no access handles. */
async function probe(disk: Disk): Promise<void> {
  await disk.append("probe", new Uint8Array([1]));
  await disk.remove("probe");
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
