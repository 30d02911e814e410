/** Whether a person may go: all that was wanted of this computer is proved to have arrived. */
import { ApiError } from "./errors";
import type { KindProgress, Progress } from "./upload_progress";

type Failure = KindProgress["givenUp"][number];

/** What will not arrive by itself, though it is wanted: what was recorded beside the next device is not. */
export function failuresOf({ kinds }: Pick<Progress, "kinds">): readonly Failure[] {
  return kinds.flatMap((kind) => kind.givenUp).filter(({ error }) => !isUnwanted(error));
}

/** How many segments of a kind are wanted. */
export function wantedOf(kind: KindProgress): number {
  return kind.recording + kind.waiting + kind.uploaded + kind.verified + failuresOf({ kinds: [kind] }).length;
}

export function isDelivered(progress: Progress): boolean {
  return progress.settled && failuresOf(progress).length === 0;
}

/**
 * Whether nothing more goes up by itself: all is settled, delivered or refused, or the session is over for good.
 *
 * @param sessionIsOver what the session itself heard when it was to be resumed
 */
export function isAtAnEnd({ settled, lastError }: Progress, sessionIsOver: boolean): boolean {
  // A revoked session is not even asked to be resumed.
  return settled || sessionIsOver || (lastError instanceof ApiError && lastError.code === "session_revoked");
}

function isUnwanted(error: Failure["error"]): boolean {
  return error instanceof ApiError && error.code === "recorded_after_move";
}
