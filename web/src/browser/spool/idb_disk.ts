/** A disk in IndexedDB, where the browser has no private file system: a file is its appended pieces in order. */
import type { Disk } from "../../core/disk";
import { Shelf } from "../database";

type Bytes = Uint8Array<ArrayBuffer>;

interface Piece {
  readonly key: string;
  readonly length: number;
}

export class IdbDisk implements Disk {
  private constructor(
    private readonly shelf: Shelf,
    private readonly pieces: Map<string, Piece[]>,
  ) {}

  static async open(name: string): Promise<IdbDisk> {
    const shelf = new Shelf(name);
    const pieces = new Map<string, Piece[]>();
    for (const key of (await shelf.keys()).sort()) {
      const [file = "", , length = "0"] = key.split("/");
      pieces.set(file, [...(pieces.get(file) ?? []), { key, length: Number(length) }]);
    }
    return new IdbDisk(shelf, pieces);
  }

  async names(): Promise<readonly string[]> {
    return [...this.pieces.keys()];
  }

  async append(name: string, bytes: Bytes): Promise<void> {
    const before = this.pieces.get(name) ?? [];
    const key = `${name}/${String(before.length).padStart(6, "0")}/${bytes.length}`;
    await this.shelf.put(key, bytes);
    this.pieces.set(name, [...before, { key, length: bytes.length }]);
  }

  async read(name: string, offset: number, length: number): Promise<Bytes> {
    const end = Math.min(offset + length, await this.size(name));
    const bytes = new Uint8Array(Math.max(0, end - offset));
    let at = 0;
    for (const piece of this.pieces.get(name) ?? []) {
      const from = Math.max(offset, at);
      const to = Math.min(end, at + piece.length);
      if (from < to) {
        const content = await this.shelf.get<Bytes>(piece.key);
        // A piece that the browser threw away leaves a hole that the hash will find.
        if (content) bytes.set(content.subarray(from - at, to - at), from - offset);
      }
      at += piece.length;
    }
    return bytes;
  }

  async size(name: string): Promise<number> {
    return (this.pieces.get(name) ?? []).reduce((sum, piece) => sum + piece.length, 0);
  }

  async remove(name: string): Promise<void> {
    for (const piece of this.pieces.get(name) ?? []) await this.shelf.remove(piece.key);
    this.pieces.delete(name);
  }
}
