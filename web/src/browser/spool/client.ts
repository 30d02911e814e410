/** The spool as the page holds it: every call goes to the worker. */
import { Unexpected } from "../../core/errors";
import type { RecordingKind, SealedSegment, Segment } from "../../core/segment";
import type { Closing } from "../../core/segment_log";
import type { SpoolPort } from "../../core/spool";
import { type Call, errorOf, type Method, type Reply } from "./protocol";

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export class BrowserSpool implements SpoolPort {
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;
  private isShut = false;
  /** Where recordings lie: `opfs`, or `indexeddb` where the browser has no private file system. */
  disk = "";

  private constructor(private readonly worker: Worker) {
    worker.onmessage = (event: MessageEvent<Reply>) => this.receive(event.data);
    worker.onerror = (event) => this.fail(new Unexpected({ cause: new Error(event.message) }));
  }

  /**
   * Open the spool of a sitting; what a crash cut off is sealed and ready to be sent.
   *
   * @throws SpoolTaken when another tab holds it
   */
  static async open(sittingId: string): Promise<BrowserSpool> {
    const spool = new BrowserSpool(new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }));
    try {
      spool.disk = await spool.call<string>("open", [sittingId]);
      return spool;
    } catch (error) {
      spool.worker.terminate();
      throw error;
    }
  }

  /** Let go of it; nothing that was acknowledged is lost. */
  shut(): void {
    this.isShut = true;
    this.worker.terminate();
    this.fail(wasShut());
  }

  begin(kind: RecordingKind, mimeType: string, startedAt: number): Promise<string> {
    return this.call("begin", [kind, mimeType, startedAt]);
  }

  append(id: string, bytes: Uint8Array<ArrayBuffer>, at: number, isOver = false): Promise<boolean> {
    // Copied, not moved: after a full disk the same bytes come again.
    return this.call("append", [id, bytes, at, isOver]);
  }

  settle(kind: RecordingKind): Promise<boolean> {
    return this.call("settle", [kind]);
  }

  seal(id: string, endedAt: number): Promise<SealedSegment | null> {
    return this.call("seal", [id, endedAt]);
  }

  segments(): Promise<readonly Segment[]> {
    return this.call("segments", []);
  }

  readPart(id: string, partNo: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.call("readPart", [id, partNo]);
  }

  markUploaded(id: string): Promise<void> {
    return this.call("markUploaded", [id]);
  }

  markAgain(id: string): Promise<void> {
    return this.call("markAgain", [id]);
  }

  release(id: string): Promise<void> {
    return this.call("release", [id]);
  }

  renumber(id: string, floor: number): Promise<void> {
    return this.call("renumber", [id, floor]);
  }

  raiseFloor(kind: RecordingKind, segmentNo: number): Promise<void> {
    return this.call("raiseFloor", [kind, segmentNo]);
  }

  close(kind: RecordingKind): Promise<void> {
    return this.call("close", [kind]);
  }

  takeBackClosing(kind: RecordingKind): Promise<void> {
    return this.call("takeBackClosing", [kind]);
  }

  closing(kind: RecordingKind): Promise<Closing | null> {
    return this.call("closing", [kind]);
  }

  markClosingTold(kind: RecordingKind): Promise<void> {
    return this.call("markClosingTold", [kind]);
  }

  private call<T>(method: Method, args: readonly unknown[]): Promise<T> {
    // Nobody would answer.
    if (this.isShut) return Promise.reject(wasShut());
    return new Promise<T>((resolve, reject) => {
      this.calls += 1;
      this.waiting.set(this.calls, { resolve: resolve as Waiting["resolve"], reject });
      this.worker.postMessage({ id: this.calls, method, args } satisfies Call);
    });
  }

  private receive(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ("failure" in reply) waiting?.reject(errorOf(reply.failure));
    else waiting?.resolve(reply.result as never);
  }

  private fail(error: Error): void {
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
  }
}

function wasShut(): Unexpected {
  return new Unexpected({ cause: new Error("the spool was shut") });
}
