/**
 * What can go wrong between a page and the servers. Each says it to a person in Chinese and English.
 *
 * ClientError
 * ├── ApiError         the API answered and refused: a stable code, sentences, details
 * ├── Unreachable      no answer came; nothing is known of what the server did
 * ├── UrlExpired       the bucket refuses a presigned URL: ask for a fresh one
 * ├── PartRefused      the bucket refuses a part: its bytes are not those that were declared
 * ├── BucketBusy       the bucket asks to come again later
 * ├── SegmentLost      the device recorded a segment and no longer holds it
 * ├── SegmentRotted    the device holds a segment whose bytes have changed
 * ├── SegmentDamaged   a segment arrived damaged however often it was sent
 * ├── PaperBroken      the sealed paper is not the one that was published, or does not open
 * ├── DiskFull         the device has no room for what is being recorded
 * ├── SpoolTaken       another tab of this browser records this sitting
 * └── Unexpected       a fault of the page or of the device; `cause` has it
 */
import type { ErrorCode } from "../generated/api";

/** A sentence in both languages. */
export interface Sentence {
  readonly zh: string;
  readonly en: string;
}

export abstract class ClientError extends Error {
  /** Proctors read it beside a trouble, so it is written out: a build shortens what classes are called. */
  abstract override readonly name: string;

  constructor(
    readonly sentence: Sentence,
    options?: ErrorOptions,
  ) {
    super(sentence.en, options);
  }
}

export class ApiError extends ClientError {
  override readonly name = "ApiError";

  /** `http_<status>`: something else than the API answered in its place. */
  constructor(
    readonly status: number,
    readonly code: ErrorCode | (string & {}),
    sentence: Sentence,
    readonly details: Readonly<Record<string, unknown>>,
    readonly retryAfterMs: number | null = null,
  ) {
    super(sentence);
  }

  /** Whether the same call may be answered otherwise a little later. */
  get isPassing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

export class Unreachable extends ClientError {
  override readonly name = "Unreachable";

  constructor(options?: ErrorOptions) {
    super(
      { zh: "网络不通或服务器未及时响应，正在自动重试。", en: "No answer from the server. Trying again by itself." },
      options,
    );
  }
}

/** Whether the same call may be answered otherwise a little later. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof ApiError && error.isPassing);
}

export class UrlExpired extends ClientError {
  override readonly name = "UrlExpired";

  constructor() {
    super({ zh: "上传地址已过期，正在换新。", en: "The upload address has expired; a fresh one is on its way." });
  }
}

export class PartRefused extends ClientError {
  override readonly name = "PartRefused";

  constructor(readonly status: number) {
    super({ zh: `存储拒绝了一个分片（${status}）。`, en: `The store refused a part (${status}).` });
  }
}

export class BucketBusy extends ClientError {
  override readonly name = "BucketBusy";

  constructor(
    readonly status: number,
    readonly retryAfterMs: number | null,
  ) {
    super({ zh: "存储繁忙，稍后自动重试。", en: "The store is busy. Trying again by itself." });
  }
}

export class SegmentLost extends ClientError {
  override readonly name = "SegmentLost";

  constructor(
    readonly kind: string,
    readonly segmentNo: number,
  ) {
    super({
      zh: `片段 ${segmentNo} 已不在本机，请联系监督员。`,
      en: `Segment ${segmentNo} is no longer on this device. Tell a proctor.`,
    });
  }
}

export class SegmentRotted extends ClientError {
  override readonly name = "SegmentRotted";

  constructor(
    readonly kind: string,
    readonly segmentNo: number,
    readonly partNo: number,
  ) {
    super({
      zh: `片段 ${segmentNo} 在本机磁盘上已损坏，请联系监督员。`,
      en: `Segment ${segmentNo} has changed on this device's disk. Tell a proctor.`,
    });
  }
}

export class SegmentDamaged extends ClientError {
  override readonly name = "SegmentDamaged";

  constructor(
    readonly kind: string,
    readonly segmentNo: number,
    readonly faults: readonly unknown[],
  ) {
    super({
      zh: `片段 ${segmentNo} 多次上传后仍未通过校验，本机会保留原件，请联系监督员。`,
      en: `Segment ${segmentNo} did not pass verification however often it was sent. It stays here; tell a proctor.`,
    });
  }
}

export class PaperBroken extends ClientError {
  override readonly name = "PaperBroken";

  constructor(options?: ErrorOptions) {
    super(
      { zh: "试题未能打开，请点击“刷新试题”；如仍不行，请求助监督员。", en: "The question does not open. Refresh it; if that fails, ask a proctor." },
      options,
    );
  }
}

export class Unexpected extends ClientError {
  override readonly name = "Unexpected";

  constructor(options?: ErrorOptions) {
    super(
      { zh: "本机出现意外问题，正在自动重试；如持续出现，请联系监督员。", en: "Something unexpected happened on this device. Trying again; if it persists, tell a proctor." },
      options,
    );
  }
}

/** What is not ours is a fault of the page or of the device. */
export function clientErrorOf(error: unknown): ClientError {
  return error instanceof ClientError ? error : new Unexpected({ cause: error });
}

export class DiskFull extends ClientError {
  override readonly name = "DiskFull";

  constructor(options?: ErrorOptions) {
    super(
      { zh: "本机存储空间不足，录像可能丢失！请立即清理磁盘并告知监督员。", en: "This device is out of space and recordings may be lost! Free some space now and tell a proctor." },
      options,
    );
  }
}

export class SpoolTaken extends ClientError {
  override readonly name = "SpoolTaken";

  constructor(options?: ErrorOptions) {
    super(
      { zh: "本场考试已在另一个标签页中打开，请关闭其他标签页后刷新本页。", en: "This exam is open in another tab. Close the other tabs, then reload this page." },
      options,
    );
  }
}
