/**
 * The lines of a spool's logs, on a disk that may be full. That must not keep from the server what would make room on
 * it: what is known holds at once, and is written when the disk takes it. A page that dies before that begins a step
 * back, and the server knows the step.
 */
import type { Disk } from "./disk";
import { encodeLine, type Line, type RecordingLine } from "./segment_log";

export class OwedLines {
  /** By file, in order. */
  private readonly owed = new Map<string, (Line | RecordingLine)[]>();

  /** @param mustWait whether a file lacks what its lines speak of */
  constructor(
    private readonly disk: Pick<Disk, "append">,
    private readonly mustWait: (name: string) => boolean,
  ) {}

  /** Write a line now, or when the disk takes it; lines of one file stay in order. */
  write(name: string, line: Line | RecordingLine): Promise<void> {
    this.owed.set(name, [...(this.owed.get(name) ?? []), line]);
    return this.writeOwed();
  }

  /** Lines that belong before all that are owed to a file. */
  oweFirst(name: string, lines: readonly Line[]): void {
    this.owed.set(name, [...lines, ...(this.owed.get(name) ?? [])]);
  }

  /** To be called when there may be room. */
  async writeOwed(): Promise<void> {
    for (const [name, lines] of this.owed) {
      if (this.mustWait(name)) continue;
      try {
        for (let next = lines[0]; next; next = lines[0]) {
          await this.disk.append(name, encodeLine(next));
          lines.shift();
        }
        this.owed.delete(name);
      } catch {
        // The next line, or the next content that goes, is the occasion to try again.
      }
    }
  }
}
