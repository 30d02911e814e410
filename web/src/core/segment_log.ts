/** A segment's life as lines in a file: what is appended is never torn but at its end, and that end is passed over. */
import type { RecordingKind, Seal, Segment, Silence } from "./segment";

export type Line =
  | { readonly op: "begun"; readonly segmentNo: number; readonly mimeType: string; readonly startedAt: number }
  | { readonly op: "slice"; readonly at: number }
  | { readonly op: "began"; readonly at: number }
  | ({ readonly op: "sealed" } & Seal)
  | { readonly op: "uploaded" }
  | { readonly op: "again" }
  | { readonly op: "verified" }
  | { readonly op: "renumbered"; readonly segmentNo: number };

/** What a recording has beside its segments. */
export type RecordingLine =
  | { readonly op: "floor"; readonly segmentNo: number }
  | { readonly op: "closed"; readonly lastSegmentNo: number }
  | { readonly op: "reopened" }
  | { readonly op: "told" };

/** How a recording ended; `told` once the server knows it. */
export interface Closing {
  readonly lastSegmentNo: number;
  readonly told: boolean;
}

/** Begins with a line feed too, so that a torn line before it spoils only itself. */
export function encodeLine(line: Line | RecordingLine): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`\n${JSON.stringify(line)}\n`);
}

export function decodeLines<T>(bytes: Uint8Array): T[] {
  return new TextDecoder()
    .decode(bytes)
    .split("\n")
    .flatMap((text) => {
      try {
        return text === "" ? [] : [JSON.parse(text) as T];
      } catch {
        return [];
      }
    });
}

/** The segment after a line; null before it has begun. */
export function apply(id: string, kind: RecordingKind, segment: Segment | null, line: Line): Segment | null {
  if (line.op === "begun") {
    const { segmentNo, mimeType, startedAt } = line;
    return { id, kind, segmentNo, mimeType, startedAt, phase: "recording", lastSliceAt: null, silence: null, seal: null };
  }
  if (segment === null) return null;
  switch (line.op) {
    case "slice":
      return { ...segment, lastSliceAt: line.at, silence: longestSilence(segment, line.at) };
    case "began":
      return { ...segment, startedAt: line.at };
    case "sealed": {
      const { op: _, ...seal } = line;
      return { ...segment, phase: "sealed", seal };
    }
    case "uploaded":
    case "verified":
      return { ...segment, phase: line.op };
    case "again":
      return { ...segment, phase: "sealed" };
    case "renumbered":
      return { ...segment, segmentNo: line.segmentNo };
  }
}

/** The longest time without a slice, where the last has lasted until an instant. */
export function longestSilence({ silence, lastSliceAt }: Segment, until: number): Silence | null {
  if (lastSliceAt === null || until - lastSliceAt <= (silence?.ms ?? 0)) return silence;
  return { since: lastSliceAt, ms: until - lastSliceAt };
}

export function applyAll(id: string, kind: RecordingKind, lines: readonly Line[]): Segment | null {
  return lines.reduce<Segment | null>((segment, line) => apply(id, kind, segment, line), null);
}
