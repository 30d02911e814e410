/** What the uploader needs from outside: the API's four calls, and the bucket. */
import type { RecordingsView, RecordingView, SegmentView } from "../generated/api";
import type { ApiClient } from "./api";
import { readRetryAfter } from "./backoff";
import { BucketBusy, PartRefused, UrlExpired } from "./errors";
import type { Http } from "./http";
import { declarationOf, type RecordingKind, type SealedSegment } from "./segment";

export interface UploadApi {
  declare(segment: SealedSegment): Promise<SegmentView>;
  complete(segment: SealedSegment): Promise<SegmentView>;
  close(kind: RecordingKind, lastSegmentNo: number): Promise<RecordingView>;
  recordings(): Promise<RecordingsView>;
}

export type PutPart = (
  url: string,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array<ArrayBuffer>,
  signal?: AbortSignal,
) => Promise<void>;

export function uploadApi(api: ApiClient): UploadApi {
  return {
    declare: (segment) =>
      api.call("POST /recordings/{kind}/segments", {
        parameters: { kind: segment.kind },
        body: declarationOf(segment),
      }),
    complete: (segment) =>
      api.call("POST /recordings/{kind}/segments/{segment_no}/complete", {
        parameters: { kind: segment.kind, segment_no: String(segment.segmentNo) },
      }),
    close: (kind, lastSegmentNo) =>
      api.call("POST /recordings/{kind}/close", { parameters: { kind }, body: { last_segment_no: lastSegmentNo } }),
    recordings: () => api.call("GET /recordings"),
  };
}

/** Longer than any network that could still deliver an hour's recordings within the hour would need. */
const SLOWEST_BYTES_PER_MS = 16;
const LEAST_TIMEOUT_MS = 30_000;

/**
 * Parts by presigned PUT, with exactly the headers that were signed.
 *
 * The call throws Unreachable, UrlExpired, PartRefused, BucketBusy: each asks for another remedy.
 */
export function putPart(http: Http, now: () => number): PutPart {
  return async (url, headers, bytes, signal) => {
    const timeoutMs = LEAST_TIMEOUT_MS + bytes.length / SLOWEST_BYTES_PER_MS;
    const answer = await http({ method: "PUT", url, headers, body: bytes, timeoutMs, signal });
    if (answer.status >= 200 && answer.status < 300) return;
    if (answer.status === 403) throw new UrlExpired();
    if (answer.status === 429 || answer.status >= 500) {
      throw new BucketBusy(answer.status, readRetryAfter(answer.header("Retry-After"), now()));
    }
    throw new PartRefused(answer.status);
  };
}
