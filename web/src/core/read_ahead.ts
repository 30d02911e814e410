/** Parts with their bytes, in order; while one goes up, the next is read and hashed. */
import type { PartUrlView } from "../generated/api";
import type { SpoolPort } from "./spool";

type Bytes = Uint8Array<ArrayBuffer>;

export class ReadAhead {
  private at = 0;
  private ahead: Promise<Bytes> | null;

  /** Begins to read at once. */
  constructor(
    private readonly spool: Pick<SpoolPort, "readPart">,
    private readonly segmentId: string,
    private readonly parts: readonly PartUrlView[],
  ) {
    this.ahead = this.read();
  }

  /** @returns null behind the last. @throws SegmentLost, SegmentRotted */
  async next(): Promise<{ readonly part: PartUrlView; readonly bytes: Bytes } | null> {
    const part = this.parts[this.at];
    if (!part || this.ahead === null) return null;
    const bytes = await this.ahead;
    this.at += 1;
    this.ahead = this.read();
    return { part, bytes };
  }

  private read(): Promise<Bytes> | null {
    const part = this.parts[this.at];
    if (!part) return null;
    const reading = this.spool.readPart(this.segmentId, part.part_no);
    // Where a put failed nobody comes to ask for it.
    reading.catch(() => undefined);
    return reading;
  }
}
