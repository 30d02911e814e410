/** What page and worker say to each other: a call of the spool, and its answer. */
import { type ClientError, DiskFull, SegmentLost, SegmentRotted, SpoolTaken, Unexpected } from "../../core/errors";
import type { SpoolPort } from "../../core/spool";

export type Method = keyof SpoolPort | "open";

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

/** An error as it crosses: classes do not. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly kind?: string;
  readonly segmentNo?: number;
  readonly partNo?: number;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof SegmentRotted) {
    const { kind, segmentNo, partNo, message } = error;
    return { name: "SegmentRotted", message, kind, segmentNo, partNo };
  }
  if (error instanceof SegmentLost) {
    return { name: "SegmentLost", message: error.message, kind: error.kind, segmentNo: error.segmentNo };
  }
  if (error instanceof SpoolTaken) return { name: "SpoolTaken", message: error.message };
  if (error instanceof DOMException || error instanceof Error) return { name: error.name, message: error.message };
  return { name: "Error", message: String(error) };
}

export function errorOf(failure: Failure): ClientError {
  const { name, message, kind = "", segmentNo = 0, partNo = 0 } = failure;
  switch (name) {
    case "SegmentLost":
      return new SegmentLost(kind, segmentNo);
    case "SegmentRotted":
      return new SegmentRotted(kind, segmentNo, partNo);
    case "SpoolTaken":
      return new SpoolTaken();
    case "QuotaExceededError":
      return new DiskFull({ cause: new Error(message) });
    default:
      return new Unexpected({ cause: new Error(`${name}: ${message}`) });
  }
}
