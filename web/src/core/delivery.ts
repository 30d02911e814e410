/** One segment on its way: declare, put what the server misses, complete. Any call may have happened before. */
import type { SegmentView } from "../generated/api";
import { ApiError, type ClientError, SegmentDamaged, SegmentLost, SegmentRotted, UrlExpired } from "./errors";
import { ReadAhead } from "./read_ahead";
import type { SealedSegment } from "./segment";
import type { SpoolPort } from "./spool";
import type { Turnstile } from "./turnstile";
import type { PutPart, UploadApi } from "./upload_ports";

export interface DeliveryPorts {
  readonly api: UploadApi;
  readonly put: PutPart;
  readonly spool: Pick<SpoolPort, "readPart">;
  readonly monotonic: () => number;
}

/** A part that went up, and when. */
export interface Sent {
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

/** As often as URLs expired without a part going up in between, the fault is not their age. */
const FRESH_URLS = 2;

/**
 * Bring a segment as far as it will go.
 *
 * @param line where the parts of all segments of a kind go up, one after another
 * @returns where the server has it: uploaded or verified
 * @throws ClientError
 */
export async function deliver(
  ports: DeliveryPorts,
  segment: SealedSegment,
  line: Turnstile,
  onLine: () => void,
  onSent: (sent: Sent) => void,
  signal: AbortSignal,
): Promise<SegmentView> {
  let expired = 0;
  for (;;) {
    const answer = await ports.api.declare(segment);
    const parts = new ReadAhead(ports.spool, segment.id, answer.missing_parts);
    try {
      await line.pass(async () => {
        onLine();
        for (let next = await parts.next(); next; next = await parts.next()) {
          const from = ports.monotonic();
          await ports.put(next.part.url, next.part.headers, next.bytes, signal);
          onSent({ bytes: next.bytes.length, from, to: ports.monotonic() });
          expired = 0;
        }
      });
    } catch (error) {
      expired += 1;
      if (!(error instanceof UrlExpired) || expired > FRESH_URLS) throw error;
      continue;
    }
    return answer.state === "declared" ? await ports.api.complete(segment) : answer;
  }
}

/** What to do about a failed delivery. */
export type Remedy = "again" | "renumber" | "give_up";

/** Reasons of the flow that time or another request mends. */
const MENDED_BY_TIME: ReadonlySet<unknown> = new Set(["too_early", "prerequisite_missing"]);

export function remedyFor(error: ClientError): Remedy {
  if (error instanceof SegmentLost || error instanceof SegmentRotted || error instanceof SegmentDamaged) return "give_up";
  if (!(error instanceof ApiError) || error.isPassing) return "again";
  // What is not this device's any more, whatever becomes of its session.
  if (error.code === "session_moved") return "give_up";
  if (error.status === 401) return "again";
  switch (error.code) {
    case "parts_missing":
    case "segment_unknown":
    case "state_changed":
    case "too_early":
      return "again";
    case "segment_conflict":
      return "renumber";
    case "step_refused":
      return MENDED_BY_TIME.has(error.details["reason"]) ? "again" : "give_up";
    default:
      // A gateway or proxy (http_4xx) is not the API: what it refuses, the API may take.
      return error.code.startsWith("http_") ? "again" : "give_up";
  }
}
