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

  constructor(private readonly disk: Pick<Disk, "append">) {}

  /** Write a line now, or when the disk takes it; lines of one file stay in order. */
  write(name: string, line: Line | RecordingLine): Promise<void> {
    this.owed.set(name, [...(this.owed.get(name) ?? []), line]);
    return this.writeOwed();
  }

  /** To be called when there may be room. */
  async writeOwed(): Promise<void> {
    for (const [name, lines] of this.owed) {
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
