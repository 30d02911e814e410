/** A disk in memory that outlives the spool on it, as a real one outlives a page. */
import { createHash } from "node:crypto";
import { joined } from "../bytes";
import type { Digest, Disk } from "../disk";

type Bytes = Uint8Array<ArrayBuffer>;

export class MemoryDisk implements Disk {
  readonly files = new Map<string, Bytes>();
  /** From now on so many bytes are written, then the page is dead: nothing more arrives. */
  private left = Infinity;
  /** So many bytes fit; what does not fit is refused whole, and the page lives on. */
  capacity = Infinity;
  /** Files that cannot be read for the moment. */
  readonly unreadable = new Set<string>();

  dieAfter(bytes: number): void {
    this.left = bytes;
  }

  /** Whatever this page is told from now on, nobody hears it. */
  get isDead(): boolean {
    return this.left < 0;
  }

  get usedBytes(): number {
    return [...this.files.values()].reduce((sum, file) => sum + file.length, 0);
  }

  /** The same disk under a new page. */
  reborn(): void {
    this.left = Infinity;
  }

  async names(): Promise<readonly string[]> {
    return [...this.files.keys()];
  }

  async append(name: string, bytes: Bytes): Promise<void> {
    if (this.usedBytes + bytes.length > this.capacity) throw new DOMException("full", "QuotaExceededError");
    const written = bytes.subarray(0, Math.max(0, this.left));
    this.left -= bytes.length;
    if (written.length > 0) this.files.set(name, joined([this.files.get(name) ?? new Uint8Array(), written]));
    if (this.left < 0) throw new Error("the page is dead");
  }

  async read(name: string, offset: number, length: number): Promise<Bytes> {
    if (this.unreadable.has(name)) throw new DOMException("not readable", "NotReadableError");
    return (this.files.get(name) ?? new Uint8Array()).slice(offset, offset + length);
  }

  async size(name: string): Promise<number> {
    return this.files.get(name)?.length ?? 0;
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }
}

export const digest: Digest = async (bytes) => createHash("sha256").update(bytes).digest("hex");
