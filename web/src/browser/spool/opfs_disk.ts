/** A disk in the origin's private file system. Only in a worker: sync access handles exist nowhere else. */
import type { Disk } from "../../core/disk";

type Bytes = Uint8Array<ArrayBuffer>;

/** So many files stay open; a handle is exclusive, and opening one takes milliseconds. */
const MOST_OPEN = 8;
/** Chromium left a file that was to be opened without an answer, once in an hour of filming: all would wait for it. */
const PATIENCE_MS = 10_000;
/** After two in a row nothing is opened for so long: whatever needs no new file goes on meanwhile. */
const REST_MS = 30_000;

export class OpfsDisk implements Disk {
  /** In order of use, the least recent first. */
  private readonly handles = new Map<string, FileSystemSyncAccessHandle>();

  /** So many files in a row were not opened, and when the last was given up. */
  private unanswered = 0;
  private gaveUpAt = 0;

  /** Where files end whose last write failed. */
  private readonly torn = new Map<string, number>();

  private constructor(private readonly folder: FileSystemDirectoryHandle) {}

  /** @throws DOMException where the browser has no such file system */
  static async open(path: readonly string[]): Promise<OpfsDisk> {
    let folder = await navigator.storage.getDirectory();
    for (const name of path) folder = await folder.getDirectoryHandle(name, { create: true });
    return new OpfsDisk(folder);
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const name of this.folder.keys()) names.push(name);
    return names;
  }

  async append(name: string, bytes: Bytes): Promise<void> {
    try {
      await this.write(name, bytes);
    } catch (error) {
      // What is open is all that can be used then.
      if (isSilence(error)) throw error;
      // Chromium gives room by the open file, a megabyte at least, and what idle ones hold comes back when they are
      // closed; a handle that the browser has broken off is opened anew.
      for (const open of [...this.handles.keys()]) this.close(open);
      await this.write(name, bytes);
    }
  }

  async read(name: string, offset: number, length: number): Promise<Bytes> {
    if (!(await this.exists(name))) return new Uint8Array();
    const bytes = new Uint8Array(length);
    const count = await this.look(name, (handle) => handle.read(bytes, { at: offset }));
    return bytes.subarray(0, count);
  }

  async size(name: string): Promise<number> {
    return (await this.exists(name)) ? this.look(name, (handle) => handle.getSize()) : 0;
  }

  async remove(name: string): Promise<void> {
    this.close(name);
    this.torn.delete(name);
    try {
      await inTime(this.folder.removeEntry(name));
    } catch (error) {
      if (isNotFound(error)) return;
      if (isSilence(error)) throw error;
      // A disk without room to note that a file is gone may have room for nothing in it.
      (await this.handle(name)).truncate(0);
      this.close(name);
      await inTime(this.folder.removeEntry(name));
    }
  }

  /** A handle that the browser has broken off is opened anew. */
  private async look<T>(name: string, act: (handle: FileSystemSyncAccessHandle) => T): Promise<T> {
    try {
      return act(await this.handle(name));
    } catch (error) {
      if (isSilence(error)) throw error;
      this.close(name);
      return act(await this.handle(name));
    }
  }

  private async write(name: string, bytes: Bytes): Promise<void> {
    const handle = await this.handle(name);
    const end = handle.getSize();
    try {
      const written = handle.write(bytes, { at: end });
      if (written !== bytes.length) throw new DOMException("short write", "QuotaExceededError");
      handle.flush();
    } catch (error) {
      // Half of it must not stay: the same bytes come again.
      this.torn.set(name, end);
      this.close(name);
      throw error;
    }
  }

  private async exists(name: string): Promise<boolean> {
    if (this.handles.has(name)) return true;
    try {
      await inTime(this.folder.getFileHandle(name));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  private async handle(name: string): Promise<FileSystemSyncAccessHandle> {
    let handle = this.handles.get(name);
    this.handles.delete(name);
    handle ??= await this.open(name);
    this.handles.set(name, handle);
    const [oldest] = this.handles.keys();
    if (this.handles.size > MOST_OPEN && oldest !== undefined) this.close(oldest);
    return handle;
  }

  private async open(name: string): Promise<FileSystemSyncAccessHandle> {
    const handle = await this.ask(name);
    const end = this.torn.get(name);
    try {
      if (end !== undefined) handle.truncate(end);
    } catch (error) {
      handle.close();
      throw error;
    }
    this.torn.delete(name);
    return handle;
  }

  private async ask(name: string): Promise<FileSystemSyncAccessHandle> {
    if (this.unanswered > 1 && performance.now() - this.gaveUpAt < REST_MS) throw noAnswer();
    try {
      const file = await inTime(this.folder.getFileHandle(name, { create: true }));
      // One that comes too late would keep the file from whoever opens it next.
      const handle = await inTime(file.createSyncAccessHandle(), (late) => late.close());
      this.unanswered = 0;
      return handle;
    } catch (error) {
      if (isSilence(error)) {
        this.unanswered += 1;
        this.gaveUpAt = performance.now();
      }
      throw error;
    }
  }

  private close(name: string): void {
    this.handles.get(name)?.close();
    this.handles.delete(name);
  }
}

/**
 * @param tooLate what becomes of an answer that nobody waits for any more
 * @throws DOMException TimeoutError
 */
async function inTime<T>(answer: Promise<T>, tooLate: (result: T) => void = () => undefined): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      answer.then(tooLate, () => undefined);
      reject(noAnswer());
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, enough]);
  } finally {
    clearTimeout(timer);
  }
}

function noAnswer(): DOMException {
  return new DOMException("the private file system does not answer", "TimeoutError");
}

function isSilence(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === "NotFoundError";
}
