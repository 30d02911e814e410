/** Which page the phone shows: a function of what is known, so that a reload or a crash comes back to the same one. */

/** What the phone remembers of one sitting through reload and crash. Instants are the server's, in Unix ms. */
export interface Memory {
  readonly sittingId: string;
  readonly segmentSeconds: number;
  readonly boundAt: number;
  /** The camera was opened for the first time. */
  readonly begunAt: number | null;
  readonly pannedAt: number | null;
  readonly placedAt: number | null;
  /** A person ended the recording. */
  readonly stoppedAt: number | null;
}

export type Stage =
  | "open"
  | "consent"
  | "ready"
  | "pan"
  | "place"
  | "recording"
  | "delivering"
  | "stuck"
  | "arrived";

export interface Facts {
  /** There is a link that has not been taken up. */
  readonly hasLink: boolean;
  readonly memory: Memory | null;
  /** Nothing is left to send or to wait for, and the server knows that the recording ended. */
  readonly settled: boolean;
  /** Segments that will not go up by themselves any more. */
  readonly givenUp: number;
}

/** A link asks first; then one thing after another, none of which is asked twice. */
export function stageOf({ hasLink, memory, settled, givenUp }: Facts): Stage {
  if (hasLink) return "consent";
  if (memory === null) return "open";
  if (memory.stoppedAt !== null) return stageAfterStop(settled, givenUp);
  if (memory.begunAt === null) return "ready";
  if (memory.pannedAt === null) return "pan";
  if (memory.placedAt === null) return "place";
  return "recording";
}

function stageAfterStop(settled: boolean, givenUp: number): Stage {
  if (!settled) return "delivering";
  return givenUp > 0 ? "stuck" : "arrived";
}

/** Whether camera and microphone are to run. */
export function records(stage: Stage): boolean {
  return stage === "pan" || stage === "place" || stage === "recording";
}

/** What is remembered of a sitting when its link was taken up, on a phone that may have recorded it before. */
export function boundMemory(
  before: Memory | null,
  bound: { readonly sittingId: string; readonly segmentSeconds: number; readonly at: number },
): Memory {
  const { sittingId, segmentSeconds, at } = bound;
  const fresh: Memory = {
    sittingId,
    segmentSeconds,
    boundAt: at,
    begunAt: null,
    pannedAt: null,
    placedAt: null,
    stoppedAt: null,
  };
  if (before?.sittingId !== sittingId) return fresh;
  // Scanned again to go on: what was shown of the room was shown, the end that was told is taken back.
  return { ...before, segmentSeconds, stoppedAt: null, begunAt: before.stoppedAt === null ? before.begunAt : null };
}
