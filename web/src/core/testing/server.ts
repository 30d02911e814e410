/** The API's and the bucket's side of an upload, with the faults that networks and servers have. */
import type { DeclareSegment, RecordingsView, SegmentView } from "../../generated/api";
import { ApiError, BucketBusy, Unreachable, UrlExpired } from "../errors";
import { declarationOf, type RecordingKind } from "../segment";
import type { PutPart, UploadApi } from "../upload_ports";

interface Held {
  declared: DeclareSegment;
  state: string;
  parts: Map<number, number>;
  attempt: number;
}

type Fault = "unreachable" | "answer_lost" | "503" | "half_sent" | "expired";

export class FakeServer {
  readonly segments = new Map<string, Held>();
  readonly closed = new Map<RecordingKind, number>();
  readonly calls: string[] = [];
  /** Faults of the next calls whose name begins so, in order. */
  private readonly faults: { readonly call: string; readonly fault: Fault }[] = [];
  private epoch = 1;
  private inFlight = new Map<string, number>();
  readonly mostInFlight = new Map<string, number>();
  online = true;
  verifies = true;
  refuses: ApiError | null = null;
  closingRefused: ApiError | null = null;
  /** What every part takes. */
  partMs = 0;

  constructor(private readonly sleep: (ms: number) => Promise<void>) {}

  fail(call: string, ...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ call, fault })));
  }

  expireUrls(): void {
    this.epoch += 1;
  }

  held(kind: RecordingKind, segmentNo: number): Held | undefined {
    return this.segments.get(`${kind} ${segmentNo}`);
  }

  puts(): string[] {
    return this.calls.filter((call) => call.startsWith("put"));
  }

  readonly api: UploadApi = {
    declare: (segment) =>
      this.answer(`declare ${segment.kind} ${segment.segmentNo}`, () => this.declare(segment.kind, declarationOf(segment))),
    complete: (segment) =>
      this.answer(`complete ${segment.kind} ${segment.segmentNo}`, () => this.complete(segment.kind, segment.segmentNo)),
    close: (kind, last) =>
      this.answer(`close ${kind} ${last}`, () => {
        if (this.closingRefused) throw this.closingRefused;
        this.closed.set(kind, last);
        return { kind, closed: true, last_segment_no: last, arrived: false, segments: [] };
      }),
    recordings: () => this.answer("recordings", () => this.recordings()),
  };

  readonly put: PutPart = async (url, _headers, bytes) => {
    const [kind = "", no = "", part = "", epoch = ""] = url.split(" ");
    const name = `put ${kind} ${no} ${part}`;
    this.calls.push(name);
    const flying = (this.inFlight.get(kind) ?? 0) + 1;
    this.inFlight.set(kind, flying);
    this.mostInFlight.set(kind, Math.max(flying, this.mostInFlight.get(kind) ?? 0));
    try {
      if (this.partMs > 0) await this.sleep(this.partMs);
      const fault = this.faultOf(name);
      if (!this.online || fault === "unreachable") throw new Unreachable();
      if (fault === "503") throw new BucketBusy(503, null);
      if (fault === "expired" || Number(epoch) < this.epoch) throw new UrlExpired();
      const held = this.held(kind as RecordingKind, Number(no));
      // S3 keeps no half of a part.
      if (fault !== "half_sent") held?.parts.set(Number(part), bytes.length);
      if (fault === "half_sent" || fault === "answer_lost") throw new Unreachable();
    } finally {
      this.inFlight.set(kind, (this.inFlight.get(kind) ?? 1) - 1);
    }
  };

  private async answer<T>(name: string, act: () => T): Promise<T> {
    this.calls.push(name);
    const fault = this.faultOf(name);
    if (!this.online || fault === "unreachable") throw new Unreachable();
    if (fault === "503") throw new ApiError(503, "unavailable", { zh: "忙", en: "busy" }, {});
    if (this.refuses) throw this.refuses;
    const answer = act();
    if (fault === "answer_lost") throw new Unreachable();
    return answer;
  }

  private faultOf(name: string): Fault | null {
    const at = this.faults.findIndex((one) => name.startsWith(one.call));
    return at < 0 ? null : (this.faults.splice(at, 1)[0]?.fault ?? null);
  }

  private declare(kind: RecordingKind, declared: DeclareSegment): SegmentView {
    const key = `${kind} ${declared.segment_no}`;
    const known = this.segments.get(key);
    if (known && known.declared.sha256 !== declared.sha256) {
      throw new ApiError(409, "segment_conflict", { zh: "冲突", en: "conflict" }, {});
    }
    const held = known ?? { declared, state: "declared", parts: new Map<number, number>(), attempt: 1 };
    if (held.state === "damaged") Object.assign(held, { state: "declared", parts: new Map(), attempt: held.attempt + 1 });
    this.segments.set(key, held);
    return this.view(kind, held);
  }

  private complete(kind: RecordingKind, segmentNo: number): SegmentView {
    const held = this.held(kind, segmentNo);
    if (!held) throw new ApiError(404, "segment_unknown", { zh: "未知", en: "unknown" }, {});
    if (held.parts.size < held.declared.parts.length) {
      throw new ApiError(409, "parts_missing", { zh: "缺少", en: "missing" }, {});
    }
    if (held.state === "declared") held.state = "uploaded";
    return this.view(kind, held);
  }

  private recordings(): RecordingsView {
    if (this.verifies) {
      for (const held of this.segments.values()) if (held.state === "uploaded") held.state = "verified";
    }
    const kinds: RecordingKind[] = ["camera", "screen", "evidence"];
    return {
      recordings: kinds.map((kind) => ({
        kind,
        closed: this.closed.has(kind),
        last_segment_no: this.closed.get(kind) ?? null,
        arrived: false,
        segments: [...this.segments].filter(([key]) => key.startsWith(kind)).map(([, held]) => this.view(kind, held)),
      })),
    };
  }

  private view(kind: RecordingKind, held: Held): SegmentView {
    const { declared } = held;
    const missing = held.state === "declared" ? declared.parts.map((_, at) => at + 1).filter((no) => !held.parts.has(no)) : [];
    return {
      segment_no: declared.segment_no,
      state: held.state,
      attempt: held.attempt,
      sha256: declared.sha256,
      faults: [],
      missing_parts: missing.map((no) => ({
        part_no: no,
        url: `${kind} ${declared.segment_no} ${no} ${this.epoch}`,
        headers: {},
        expires_at: "2026-03-01T02:00:00Z",
      })),
    };
  }
}
