/**
 * The device's store of recorded segments: they stay until the server has proved that it has them.
 *
 * Per segment a log (`camera-00001.log`) and the content (`camera-00001.media`). Opening mends what a crash left:
 * a segment that was being written is sealed with what is on disk. Calls are taken one after another.
 */
import { joined } from "./bytes";
import type { Digest, Disk } from "./disk";
import { SegmentLost, SegmentRotted } from "./errors";
import { filmedBetween } from "./filmed";
import { OwedLines } from "./owed_lines";
import { playedMs } from "./played";
import { isSealed, KINDS, partsOf, type RecordingKind, type SealedSegment, type Segment, spanOf } from "./segment";
import { apply, applyAll, type Closing, decodeLines, encodeLine, type Line, type RecordingLine } from "./segment_log";
import { Tails } from "./tails";
import { wholeLength } from "./whole";

const SEGMENT_LOG = /^(camera|screen|evidence)-(\d{5})\.log$/;

type Bytes = Uint8Array<ArrayBuffer>;

interface Unborn {
  readonly kind: RecordingKind;
  readonly mimeType: string;
  readonly startedAt: number;
}

interface Ending {
  floor: number;
  closing: Closing | null;
}

/** What the recorder gives and the uploader takes. */
export interface SpoolPort {
  /** A new segment; it gets its number with its first bytes, so that an empty one leaves no hole. */
  begin(kind: RecordingKind, mimeType: string, startedAt: number): Promise<string>;
  /**
   * @param isOver the segment has ended: what the disk does not take stays in memory, so that it can be sealed and sent
   * @returns whether all of this recording is on disk
   */
  append(id: string, bytes: Uint8Array<ArrayBuffer>, at: number, isOver?: boolean): Promise<boolean>;
  /** Write what is in memory alone. @returns whether all of this recording is on disk, or at the server */
  settle(kind: RecordingKind): Promise<boolean>;
  /** @returns null when nothing was recorded */
  seal(id: string, endedAt: number): Promise<SealedSegment | null>;
  segments(): Promise<readonly Segment[]>;
  /** @throws SegmentLost, SegmentRotted */
  readPart(id: string, partNo: number): Promise<Uint8Array<ArrayBuffer>>;
  markUploaded(id: string): Promise<void>;
  markAgain(id: string): Promise<void>;
  /** Only after the server has verified it: the content goes, the log stays. */
  release(id: string): Promise<void>;
  /** Give it the next free number, above `floor` too. */
  renumber(id: string, floor: number): Promise<void>;
  /** The server knows segments up to this number, of this device or an earlier one. */
  raiseFloor(kind: RecordingKind, segmentNo: number): Promise<void>;
  close(kind: RecordingKind): Promise<void>;
  /** More is to come after all. */
  takeBackClosing(kind: RecordingKind): Promise<void>;
  closing(kind: RecordingKind): Promise<Closing | null>;
  markClosingTold(kind: RecordingKind): Promise<void>;
}

export class Spool implements SpoolPort {
  private readonly known = new Map<string, Segment>();
  /** Begun, with nothing on disk yet. */
  private readonly unborn = new Map<string, Unborn>();
  private readonly endings = new Map<RecordingKind, Ending>(KINDS.map((kind) => [kind, { floor: 0, closing: null }]));
  private readonly lines: OwedLines;
  private readonly tails = new Tails();
  /** Content that was verified, and is to go. */
  private readonly unwanted = new Set<string>();
  private turn: Promise<unknown> = Promise.resolve();
  private lastSequence = 0;

  private constructor(
    private readonly disk: Disk,
    private readonly digest: Digest,
  ) {
    // After a crash, a seal would vouch for content that was in memory alone.
    this.lines = new OwedLines(disk, (log) => this.tails.has(log.slice(0, -".log".length)));
  }

  /** Open what is there, and seal what a crash cut off. */
  static async open(disk: Disk, digest: Digest): Promise<Spool> {
    const spool = new Spool(disk, digest);
    await spool.reopen();
    return spool;
  }

  begin(kind: RecordingKind, mimeType: string, startedAt: number): Promise<string> {
    return this.inTurn(async () => {
      this.lastSequence += 1;
      const id = `${kind}-${String(this.lastSequence).padStart(5, "0")}`;
      this.unborn.set(id, { kind, mimeType, startedAt });
      return id;
    });
  }

  append(id: string, bytes: Bytes, at: number, isOver = false): Promise<boolean> {
    return this.inTurn(async () => {
      const { kind } = this.unborn.get(id) ?? this.get(id);
      if (this.known.get(id)?.seal) throw new Error(`${id} is sealed`);
      // Lower numbers first: after a crash nobody could fill a hole.
      if (this.unborn.has(id)) await this.catchUp();
      if (bytes.length > 0) await this.take(id, kind, bytes, at, isOver);
      return await this.isSettled(kind);
    });
  }

  settle(kind: RecordingKind): Promise<boolean> {
    return this.inTurn(() => this.isSettled(kind));
  }

  seal(id: string, endedAt: number): Promise<SealedSegment | null> {
    return this.inTurn(async () => {
      if (this.unborn.delete(id)) return null;
      return await this.sealWith(this.get(id), endedAt);
    });
  }

  segments(): Promise<readonly Segment[]> {
    return this.inTurn(async () =>
      [...this.known.values()]
        .sort((a, b) => a.segmentNo - b.segmentNo || a.id.localeCompare(b.id))
        .map((one) => (this.tails.has(one.id) ? { ...one, isInMemory: true } : one)),
    );
  }

  readPart(id: string, partNo: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.inTurn(async () => {
      const segment = this.get(id);
      if (!isSealed(segment)) throw new Error(`${id} is not sealed`);
      const { offset, length, sha256 } = spanOf(segment.seal, partNo);
      const bytes = await this.read(id, offset, length);
      if (bytes.length === 0) throw new SegmentLost(segment.kind, segment.segmentNo);
      if ((await this.digest(bytes)) !== sha256) throw new SegmentRotted(segment.kind, segment.segmentNo, partNo);
      return bytes;
    });
  }

  markUploaded(id: string): Promise<void> {
    return this.inTurn(() => this.note(this.get(id), { op: "uploaded" }));
  }

  markAgain(id: string): Promise<void> {
    return this.inTurn(() => this.note(this.get(id), { op: "again" }));
  }

  release(id: string): Promise<void> {
    return this.inTurn(async () => {
      this.lines.oweFirst(`${id}.log`, this.tails.drop(id));
      await this.note(this.get(id), { op: "verified" });
      this.unwanted.add(`${id}.media`);
      await this.clear();
      // There is room now, for what a full disk did not take.
      await this.catchUp();
    });
  }

  renumber(id: string, floor: number): Promise<void> {
    return this.inTurn(async () => {
      const segment = this.get(id);
      const segmentNo = Math.max(floor, this.lastSegmentNo(segment.kind)) + 1;
      await this.note(segment, { op: "renumbered", segmentNo });
      if (this.ending(segment.kind).closing) await this.noteEnding(segment.kind, { op: "closed", lastSegmentNo: segmentNo });
    });
  }

  raiseFloor(kind: RecordingKind, segmentNo: number): Promise<void> {
    return this.inTurn(async () => {
      if (segmentNo > this.lastSegmentNo(kind)) await this.noteEnding(kind, { op: "floor", segmentNo });
    });
  }

  close(kind: RecordingKind): Promise<void> {
    return this.inTurn(async () => {
      const lastSegmentNo = this.lastSegmentNo(kind);
      if (this.ending(kind).closing?.lastSegmentNo === lastSegmentNo) return;
      await this.noteEnding(kind, { op: "closed", lastSegmentNo });
    });
  }

  takeBackClosing(kind: RecordingKind): Promise<void> {
    return this.inTurn(async () => {
      if (this.ending(kind).closing) await this.noteEnding(kind, { op: "reopened" });
    });
  }

  closing(kind: RecordingKind): Promise<Closing | null> {
    return this.inTurn(async () => this.ending(kind).closing);
  }

  markClosingTold(kind: RecordingKind): Promise<void> {
    return this.inTurn(() => this.noteEnding(kind, { op: "told" }));
  }

  /** With its first bytes a segment gets its number; one without content would be a hole that nobody can fill. */
  private linesFor(id: string, at: number): Line[] {
    const slice: Line = { op: "slice", at };
    const unborn = this.unborn.get(id);
    if (!unborn) return [slice];
    const { kind, mimeType, startedAt } = unborn;
    return [{ op: "begun", segmentNo: this.lastSegmentNo(kind) + 1, mimeType, startedAt }, slice];
  }

  private async take(id: string, kind: RecordingKind, bytes: Bytes, at: number, isOver: boolean): Promise<void> {
    const lines = this.linesFor(id, at);
    if (this.tails.has(id)) {
      this.tails.add(id, lines, bytes);
    } else {
      try {
        await this.put(id, lines, bytes);
      } catch (error) {
        if (!isOver) throw error;
        this.tails.add(id, lines, bytes);
      }
    }
    this.unborn.delete(id);
    for (const line of lines) this.hold(id, kind, line);
  }

  /** The lines before the content: what a crash cuts off must not seem to have ended before what it holds. */
  private async put(id: string, lines: readonly Line[], bytes: Bytes): Promise<void> {
    try {
      for (const line of lines) await this.disk.append(`${id}.log`, encodeLine(line));
      await this.disk.append(`${id}.media`, bytes);
    } catch (error) {
      const files = this.unborn.has(id) ? [`${id}.media`, `${id}.log`] : [];
      for (const file of files) await this.disk.remove(file).catch(() => undefined);
      throw error;
    }
  }

  /** Write what is in memory alone, as far as the disk takes it. */
  private async catchUp(): Promise<void> {
    for (const id of this.tails.ids) await this.tails.moveTo(this.disk, id);
    await this.lines.writeOwed();
  }

  private async isSettled(kind: RecordingKind): Promise<boolean> {
    await this.catchUp();
    return !this.tails.holds(kind);
  }

  /** @returns fewer bytes where there are no more */
  private async read(id: string, offset: number, length: number): Promise<Bytes> {
    const written = await this.disk.read(`${id}.media`, offset, length);
    if (written.length === length || !this.tails.has(id)) return written;
    const size = await this.disk.size(`${id}.media`);
    const from = Math.max(0, offset - size);
    return joined([written, this.tails.contentOf(id).subarray(from, from + length - written.length)]);
  }

  private async sealWith(segment: Segment, endedAt: number, wasCutOff = false): Promise<SealedSegment | null> {
    if (isSealed(segment)) return segment;
    const media = `${segment.id}.media`;
    const onDisk = await this.disk.read(media, 0, await this.disk.size(media));
    const written = this.tails.has(segment.id) ? joined([onDisk, this.tails.contentOf(segment.id)]) : onDisk;
    // What lies behind is never sent: parts name what they hold.
    const content = wasCutOff ? written.subarray(0, wholeLength(written)) : written;
    if (content.length === 0) {
      await this.disk.remove(media);
      await this.disk.remove(`${segment.id}.log`);
      this.known.delete(segment.id);
      return null;
    }
    const [beganAt, atEnd] = filmedBetween(segment, endedAt, playedMs(content), wasCutOff);
    if (beganAt !== segment.startedAt) await this.note(segment, { op: "began", at: beganAt });
    await this.note(segment, {
      op: "sealed",
      endedAt: Math.max(atEnd, beganAt + 1),
      sizeBytes: content.length,
      sha256: await this.digest(content),
      previousSha256: this.before(segment)?.seal.sha256 ?? null,
      parts: await partsOf(content, this.digest),
    });
    return this.known.get(segment.id) as SealedSegment;
  }

  private before(segment: Segment): SealedSegment | undefined {
    return [...this.known.values()]
      .filter((other) => other.kind === segment.kind && other.id < segment.id)
      .filter(isSealed)
      .sort((a, b) => a.id.localeCompare(b.id))
      .at(-1);
  }

  private lastSegmentNo(kind: RecordingKind): number {
    const numbers = [...this.known.values()].filter((one) => one.kind === kind).map((one) => one.segmentNo);
    return Math.max(this.ending(kind).floor, ...numbers);
  }

  private get(id: string): Segment {
    const segment = this.known.get(id);
    if (!segment) throw new Error(`no segment ${id}`);
    return segment;
  }

  private ending(kind: RecordingKind): Ending {
    return this.endings.get(kind) ?? { floor: 0, closing: null };
  }

  private note({ id, kind }: Segment, line: Line): Promise<void> {
    this.hold(id, kind, line);
    return this.lines.write(`${id}.log`, line);
  }

  private noteEnding(kind: RecordingKind, line: RecordingLine): Promise<void> {
    this.applyEnding(kind, line);
    return this.lines.write(`${kind}.log`, line);
  }

  private hold(id: string, kind: RecordingKind, line: Line): void {
    const segment = apply(id, kind, this.known.get(id) ?? null, line);
    if (segment) this.known.set(id, segment);
  }

  private applyEnding(kind: RecordingKind, line: RecordingLine): void {
    const ending = this.ending(kind);
    if (line.op === "floor") ending.floor = line.segmentNo;
    if (line.op === "closed") ending.closing = { lastSegmentNo: line.lastSegmentNo, told: false };
    if (line.op === "reopened") ending.closing = null;
    if (line.op === "told" && ending.closing) ending.closing = { ...ending.closing, told: true };
  }

  private async reopen(): Promise<void> {
    const names = [...(await this.disk.names())].sort();
    for (const kind of KINDS) {
      for (const line of await this.linesOf<RecordingLine>(`${kind}.log`)) this.applyEnding(kind, line);
    }
    for (const name of names) {
      const [, kind, sequence] = SEGMENT_LOG.exec(name) ?? [];
      if (kind === undefined || sequence === undefined) continue;
      this.lastSequence = Math.max(this.lastSequence, Number(sequence));
      const id = name.slice(0, -".log".length);
      const segment = applyAll(id, kind as RecordingKind, await this.linesOf<Line>(name));
      if (segment) this.known.set(id, segment);
    }
    for (const segment of [...this.known.values()].sort((a, b) => a.id.localeCompare(b.id))) {
      if (segment.phase === "recording") await this.rescue(segment);
      if (segment.phase === "verified") this.unwanted.add(`${segment.id}.media`);
    }
    await this.clear();
  }

  private async rescue(segment: Segment): Promise<void> {
    try {
      await this.sealWith(segment, segment.lastSliceAt ?? segment.startedAt, true);
    } catch {
      // One file that cannot be read keeps no other here; the next page tries again.
    }
  }

  /** What cannot be removed now goes with the next. */
  private async clear(): Promise<void> {
    for (const name of this.unwanted) {
      try {
        await this.disk.remove(name);
        this.unwanted.delete(name);
      } catch {
        continue;
      }
    }
  }

  private async linesOf<T>(name: string): Promise<T[]> {
    return decodeLines<T>(await this.disk.read(name, 0, await this.disk.size(name)));
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(act);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
