import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OpfsDisk } from "./opfs_disk";

const GRANT = 1024;

/** A private file system as Chromium's: room is granted by the open file, in doublings, and kept until it is closed. */
class Folder {
  readonly files = new Map<string, Uint8Array>();
  readonly granted = new Map<string, number>();
  quota = Infinity;
  /** Whether there is no room to note that a file is gone. */
  keepsEntries = false;

  /** Handles that are broken off: their next write gets so far, and nothing works after it. */
  private readonly broken = new Map<string, { left: number }>();

  /** Break off the handle of a file in the middle of its next write. */
  breakOff(name: string, after: number): void {
    this.broken.set(name, { left: after });
  }

  /** Files whose open handle does nothing any more. */
  private readonly dead = new Set<string>();
  /** So many of the next files that are opened are left without an answer. */
  silent = 0;
  /** Who waits for those; called, they get their handle after all. */
  readonly late: (() => void)[] = [];
  /** How often the next files that are opened cannot be cut. */
  uncut = 0;

  /** Break off the handle of a file while nobody uses it. */
  kill(name: string): void {
    this.dead.add(name);
  }

  private readonly open = new Set<string>();

  get usage(): number {
    return [...this.files].reduce((sum, [name, content]) => sum + Math.max(content.length, this.granted.get(name) ?? 0), 0);
  }

  async *keys(): AsyncIterableIterator<string> {
    yield* this.files.keys();
  }

  async getDirectoryHandle(): Promise<Folder> {
    return this;
  }

  async getFileHandle(name: string, { create = false } = {}): Promise<unknown> {
    if (!this.files.has(name) && !create) throw new DOMException("none", "NotFoundError");
    if (!this.files.has(name)) this.files.set(name, new Uint8Array());
    return {
      createSyncAccessHandle: async () => {
        if (this.silent > 0) {
          this.silent -= 1;
          await new Promise<void>((resolve) => this.late.push(resolve));
        }
        if (this.open.has(name)) throw new DOMException("open already", "NoModificationAllowedError");
        this.open.add(name);
        this.broken.delete(name);
        this.dead.delete(name);
        return this.handleOf(name);
      },
    };
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.files.has(name)) throw new DOMException("none", "NotFoundError");
    if (this.keepsEntries && this.sizeOf(name) > 0) throw new DOMException("full", "QuotaExceededError");
    this.files.delete(name);
  }

  private sizeOf(name: string): number {
    return this.files.get(name)?.length ?? 0;
  }

  private live(name: string): void {
    if (this.dead.has(name)) throw new DOMException("broken off", "InvalidStateError");
  }

  private handleOf(name: string): unknown {
    return {
      getSize: () => {
        this.live(name);
        return this.sizeOf(name);
      },
      read: (into: Uint8Array, { at }: { at: number }) => {
        this.live(name);
        const content = (this.files.get(name) ?? new Uint8Array()).subarray(at, at + into.length);
        into.set(content);
        return content.length;
      },
      write: (bytes: Uint8Array, { at }: { at: number }) => {
        const broken = this.broken.get(name);
        const written = bytes.subarray(0, broken?.left);
        this.grant(name, at + written.length);
        const content = new Uint8Array(at + written.length);
        content.set(this.files.get(name) ?? []);
        content.set(written, at);
        this.files.set(name, content);
        if (broken) throw new DOMException("broken off", "InvalidStateError");
        return bytes.length;
      },
      truncate: (length: number) => {
        if (this.uncut-- > 0) throw new DOMException("busy", "InvalidStateError");
        this.files.set(name, (this.files.get(name) ?? new Uint8Array()).slice(0, length));
      },
      flush: () => undefined,
      close: () => {
        this.open.delete(name);
        this.granted.delete(name);
      },
    };
  }

  private grant(name: string, length: number): void {
    let room = GRANT;
    while (room < length) room *= 2;
    const has = Math.max(this.sizeOf(name), this.granted.get(name) ?? 0);
    if (length <= has) return;
    if (this.usage - has + room > this.quota) throw new DOMException("full", "QuotaExceededError");
    this.granted.set(name, room);
  }
}

let folder: Folder;
let disk: OpfsDisk;

beforeEach(async () => {
  folder = new Folder();
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => folder } });
  disk = await OpfsDisk.open(["spool", "sitting"]);
});

afterEach(() => void vi.useRealTimers());

const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(7);

test("room that idle files hold is used before a slice is refused", async () => {
  for (const name of ["a.log", "b.log", "c.log"]) await disk.append(name, bytes(10));
  folder.quota = folder.usage + 100;

  await disk.append("d.media", bytes(2_000));

  expect(await disk.size("d.media")).toBe(2_000);
});

test("what does not fit is refused whole, and comes again", async () => {
  await disk.append("a.media", bytes(1_000));
  folder.quota = folder.usage;

  await expect(disk.append("a.media", bytes(100))).rejects.toMatchObject({ name: "QuotaExceededError" });
  expect(await disk.size("a.media")).toBe(1_000);
  folder.quota = Infinity;
  await disk.append("a.media", bytes(100));

  expect(await disk.read("a.media", 990, 500)).toEqual(bytes(110));
});

test("a handle that the browser has broken off is opened anew, and what it had half written is written once", async () => {
  await disk.append("a.media", bytes(10));
  folder.breakOff("a.media", 3);

  await disk.append("a.media", bytes(5));

  expect(await disk.read("a.media", 0, 100)).toEqual(bytes(15));
});

test("a handle that was broken off while nobody used it is opened anew by whoever looks", async () => {
  await disk.append("a.media", bytes(10));
  folder.kill("a.media");
  expect(await disk.size("a.media")).toBe(10);

  folder.kill("a.media");
  expect(await disk.read("a.media", 0, 100)).toEqual(bytes(10));
});

test("a file that cannot be mended at once is not kept shut for ever", async () => {
  await disk.append("a.media", bytes(10));
  folder.breakOff("a.media", 3);
  folder.uncut = 1;
  await expect(disk.append("a.media", bytes(5))).rejects.toThrow();

  await disk.append("a.media", bytes(5));

  expect(await disk.read("a.media", 0, 100)).toEqual(bytes(15));
});

test("a file goes though the disk has no room to note it", async () => {
  await disk.append("a.media", bytes(1_000));
  folder.keepsEntries = true;

  await disk.remove("a.media");
  await disk.remove("never.media");

  expect(await disk.names()).toEqual([]);
});

test("a file that the browser leaves unopened keeps nothing else waiting, and is given back when it comes late", async () => {
  vi.useFakeTimers();
  const silence = { name: "TimeoutError" };
  const waitInVain = async (name: string): Promise<void> => {
    const refused = expect(disk.append(name, bytes(5))).rejects.toMatchObject(silence);
    await vi.advanceTimersByTimeAsync(10_000);
    await refused;
  };
  await disk.append("a.media", bytes(10));
  folder.silent = 3;

  // Once is an accident: it is asked for again.
  await waitInVain("b.media");
  await waitInVain("b.media");
  // Twice is not: nothing new is opened for a while, which is said at once, and what is open goes on.
  await expect(disk.append("c.media", bytes(5))).rejects.toMatchObject(silence);
  await disk.append("a.media", bytes(5));
  expect(await disk.size("a.media")).toBe(15);

  await vi.advanceTimersByTimeAsync(30_000);
  await waitInVain("b.media");
  for (const come of folder.late) come();
  await vi.advanceTimersByTimeAsync(30_000);
  await disk.append("b.media", bytes(5));
  expect(await disk.size("b.media")).toBe(5);
});
