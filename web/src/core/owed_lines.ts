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

  /** @param mustWait a line that says what the disk does not hold yet; those after it wait too */
  constructor(
    private readonly disk: Pick<Disk, "append">,
    private readonly mustWait: (name: string, line: Line | RecordingLine) => boolean,
  ) {}

  /** Write a line now, or when the disk takes it; lines of one file stay in order. */
  write(name: string, line: Line | RecordingLine): Promise<void> {
    this.owe(name, line);
    return this.writeOwed();
  }

  owe(name: string, line: Line | RecordingLine): void {
    this.owed.set(name, [...(this.owed.get(name) ?? []), line]);
  }

  /** Whether a file lacks lines that need not wait. */
  isBehind(name: string): boolean {
    return this.nextOf(name) !== undefined;
  }

  /** To be called when there may be room. */
  async writeOwed(): Promise<void> {
    for (const [name, lines] of this.owed) {
      try {
        for (let next = this.nextOf(name); next; next = this.nextOf(name)) {
          await this.disk.append(name, encodeLine(next));
          lines.shift();
        }
        if (lines.length === 0) this.owed.delete(name);
      } catch {
        // The next line, or the next content that goes, is the occasion to try again.
      }
    }
  }

  private nextOf(name: string): Line | RecordingLine | undefined {
    const next = this.owed.get(name)?.[0];
    return next && !this.mustWait(name, next) ? next : undefined;
  }
}
