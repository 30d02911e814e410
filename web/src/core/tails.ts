/**
 * What the disk did not take of segments that have ended: it stays in memory, so that they can be sealed and sent, which
 * makes room, and goes to the disk when there is some. What dies with the page is what would have died anyway.
 */
import { joined } from "./bytes";
import type { Disk } from "./disk";
import type { RecordingKind } from "./segment";

type Bytes = Uint8Array<ArrayBuffer>;

export class Tails {
  private readonly pieces = new Map<string, Bytes[]>();

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

  add(id: string, bytes: Bytes): void {
    this.pieces.set(id, [...(this.pieces.get(id) ?? []), bytes]);
  }

  /** All of it; it follows what is on disk. */
  of(id: string): Bytes {
    return joined(this.pieces.get(id) ?? []);
  }

  drop(id: string): void {
    this.pieces.delete(id);
  }

  /** Move to the disk what it takes; the rest stays. */
  async moveTo(disk: Pick<Disk, "append">, id: string): Promise<void> {
    const pieces = this.pieces.get(id) ?? [];
    try {
      for (let next = pieces[0]; next; next = pieces[0]) {
        await disk.append(`${id}.media`, next);
        pieces.shift();
      }
      this.pieces.delete(id);
    } catch {
      // The next slice, or the next content that goes, is the occasion to try again.
    }
  }
}
