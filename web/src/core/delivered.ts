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

function isUnwanted(error: Failure["error"]): boolean {
  return error instanceof ApiError && error.code === "recorded_after_move";
}
