/** A recorded segment, as the device knows it, and as it declares it to the server (DESIGN §8). */
import type { DeclareSegment } from "../generated/api";
import type { RecordingKind } from "../generated/flow";
import type { Digest } from "./disk";
import { wireInstant } from "./instants";

export type { RecordingKind };

export const KINDS: readonly RecordingKind[] = ["camera", "screen", "evidence"];
export const SMALLEST_PART_BYTES = 5 * 1024 * 1024;
export const MOST_PARTS = 64;
/** No segment that is longer is taken (DESIGN §8). */
export const LONGEST_MS = 15 * 60_000;

/**
 * recording: being written, or cut off by a crash · sealed: whole, to be sent · uploaded: sent, not judged yet ·
 * verified: proved, and no longer held here.
 */
export type Phase = "recording" | "sealed" | "uploaded" | "verified";

export interface Part {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What sealing found out. Instants are the server's, in Unix ms. */
export interface Seal {
  readonly endedAt: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly previousSha256: string | null;
  readonly parts: readonly Part[];
}

export interface Silence {
  readonly since: number;
  readonly ms: number;
}

export interface Segment {
  /** Names the segment on this device, whatever number it has. */
  readonly id: string;
  readonly kind: RecordingKind;
  readonly segmentNo: number;
  readonly phase: Phase;
  readonly mimeType: string;
  readonly startedAt: number;
  /** When the last slice came. */
  readonly lastSliceAt: number | null;
  /** The longest time without a slice, and when it began; none before the second slice. */
  readonly silence: Silence | null;
  readonly seal: Seal | null;
  /** Some of it is in the page's memory alone, and dies with the page. */
  readonly isInMemory?: true;
}

export interface SealedSegment extends Segment {
  readonly seal: Seal;
}

export function isSealed(segment: Segment): segment is SealedSegment {
  return segment.seal !== null;
}

/** The declaration of a segment. */
export function declarationOf(segment: SealedSegment): DeclareSegment {
  const { seal } = segment;
  return {
    segment_no: segment.segmentNo,
    started_at: wireInstant(segment.startedAt),
    ended_at: wireInstant(seal.endedAt),
    mime_type: segment.mimeType,
    size_bytes: seal.sizeBytes,
    sha256: seal.sha256,
    previous_sha256: seal.previousSha256,
    parts: seal.parts.map((part) => ({ size_bytes: part.sizeBytes, sha256: part.sha256 })),
  };
}

/** Where a part (from 1) lies in its segment. */
export function spanOf(seal: Seal, partNo: number): { offset: number; length: number; sha256: string } {
  const part = seal.parts[partNo - 1];
  if (!part) throw new RangeError(`no part ${partNo}`);
  const offset = seal.parts.slice(0, partNo - 1).reduce((sum, before) => sum + before.sizeBytes, 0);
  return { offset, length: part.sizeBytes, sha256: part.sha256 };
}

/** Cut into parts of 5 MiB, of more only where that would make too many. */
export async function partsOf(content: Uint8Array<ArrayBuffer>, digest: Digest): Promise<Part[]> {
  const partBytes = Math.max(SMALLEST_PART_BYTES, Math.ceil(content.length / MOST_PARTS));
  const parts: Part[] = [];
  for (let at = 0; at < content.length; at += partBytes) {
    const piece = content.subarray(at, at + partBytes);
    parts.push({ sizeBytes: piece.length, sha256: await digest(piece) });
  }
  return parts;
}
