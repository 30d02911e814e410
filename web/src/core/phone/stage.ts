/** Which page the phone shows: a function of what is known, so that a reload or a crash comes back to the same one. */

/** What the phone remembers of one sitting through reload and crash. Instants are the server's, in Unix ms. */
export interface Memory {
  readonly sittingId: string;
  readonly segmentSeconds: number;
  /** Recorded from here on: the camera is open before the link is taken up. */
  readonly boundAt: number;
  readonly pannedAt: number | null;
  readonly placedAt: number | null;
  /** A person ended the recording. */
  readonly stoppedAt: number | null;
  /** Everything arrived, and nothing more is to come. */
  readonly deliveredAt: number | null;
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
  /** Its person agreed to be filmed. */
  readonly consents: boolean;
  readonly memory: Memory | null;
  /** Nothing is left to send or to wait for, and the server knows that the recording ended. */
  readonly settled: boolean;
  /** Segments that will not go up by themselves any more. */
  readonly givenUp: number;
}

/** A link asks first; then one thing after another, none of which is asked twice. */
export function stageOf({ hasLink, consents, memory, settled, givenUp }: Facts): Stage {
  if (hasLink) return consents ? "ready" : "consent";
  if (memory === null) return "open";
  if (memory.stoppedAt !== null) return stageAfterStop(settled, givenUp);
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
    pannedAt: null,
    placedAt: null,
    stoppedAt: null,
    deliveredAt: null,
  };
  if (before?.sittingId !== sittingId) return fresh;
  // Scanned again to go on: what was shown of the room was shown, the end that was told is taken back.
  return { ...before, segmentSeconds, stoppedAt: null, deliveredAt: null };
}
