/**
 * What the disk did not take of segments that have ended: it stays in memory, so that they can be sealed and sent, which
 * makes room, and goes to the disk when there is some. What dies with the page is what would have died anyway.
 */
import { joined } from "./bytes";
import type { Disk } from "./disk";
import type { RecordingKind } from "./segment";
import { encodeLine, type Line } from "./segment_log";

type Bytes = Uint8Array<ArrayBuffer>;

/** Content, and the lines that go before it. */
interface Piece {
  readonly lines: Line[];
  readonly bytes: Bytes;
}

export class Tails {
  private readonly pieces = new Map<string, Piece[]>();

  get ids(): readonly string[] {
    return [...this.pieces.keys()];
  }

  has(id: string): boolean {
    return this.pieces.has(id);
  }

  /** Whether something of a recording is in memory alone. */
  holds(kind: RecordingKind): boolean {
    return this.ids.some((id) => id.startsWith(`${kind}-`));
  }

  add(id: string, lines: readonly Line[], bytes: Bytes): void {
    this.pieces.set(id, [...this.of(id), { lines: [...lines], bytes }]);
  }

  /** The content; it follows what is on disk. */
  contentOf(id: string): Bytes {
    return joined(this.of(id).map((piece) => piece.bytes));
  }

  /** Let go of the content. @returns the lines that were not written */
  drop(id: string): Line[] {
    const lines = this.of(id).flatMap((piece) => piece.lines);
    this.pieces.delete(id);
    return lines;
  }

  /** Move to the disk what it takes; the rest stays. */
  async moveTo(disk: Pick<Disk, "append">, id: string): Promise<void> {
    const pieces = this.of(id);
    try {
      for (let next = pieces[0]; next; next = pieces[0]) {
        for (let line = next.lines[0]; line; line = next.lines[0]) {
          await disk.append(`${id}.log`, encodeLine(line));
          next.lines.shift();
        }
        await disk.append(`${id}.media`, next.bytes);
        pieces.shift();
      }
      this.pieces.delete(id);
    } catch {
      // The next slice, or the next content that goes, is the occasion to try again.
    }
  }

  private of(id: string): Piece[] {
    return this.pieces.get(id) ?? [];
  }
}
