/** Delivers what this browser still owes to an earlier sitting, in that sitting's own session. */
import { isAtAnEnd, isDelivered } from "../core/delivered";
import type { RecordingKind } from "../core/segment";
import { sleep } from "../core/time";
import type { Progress } from "../core/upload_progress";
import type { Connection } from "./client";
import { BrowserSpool } from "./spool/client";
import { uploaderOf } from "./uploader";

const ASK_FOR_SPOOL_MS = 5_000;

export interface Debt {
  /** In the session of this sitting and no other. */
  readonly connection: Connection;
  readonly sittingId: string;
  readonly kinds: readonly RecordingKind[];
}

/**
 * Work until everything is delivered or refused for good, or the signal is aborted. What was refused stays in the
 * spool, and the debt stands: the next page tries once more, since a deadline may be moved.
 *
 * @param tell is told how many segments wait; none when they wait for nothing any more
 * @returns whether everything is delivered
 */
export async function deliverDebt(debt: Debt, tell: (segments: number) => void, signal: AbortSignal): Promise<boolean> {
  const spool = await freeSpool(debt.sittingId, signal);
  if (spool === null) return false;
  const ended = new AbortController();
  let delivered = false;
  const hear = (progress: Progress): void => {
    if (ended.signal.aborted) return;
    const isEnd = isAtAnEnd(progress, debt.connection.session.isOver);
    tell(isEnd ? 0 : progress.waitingSegments);
    delivered = isDelivered(progress);
    if (isEnd) ended.abort();
  };
  try {
    // A device that records another sitting records this one no more.
    for (const kind of debt.kinds) await spool.close(kind);
    const uploader = uploaderOf(debt.connection, spool, debt.kinds);
    uploader.onProgress(hear);
    hear(await uploader.progress());
    await uploader.run(AbortSignal.any([signal, ended.signal]));
  } finally {
    spool.shut();
  }
  return delivered;
}

/** Another tab may have it, or a page that is just being closed; or the disk fails for the moment. */
async function freeSpool(sittingId: string, signal: AbortSignal): Promise<BrowserSpool | null> {
  while (!signal.aborted) {
    try {
      return await BrowserSpool.open(sittingId);
    } catch {
      await sleep(ASK_FOR_SPOOL_MS, signal);
    }
  }
  return null;
}

/** Adds up what waits for several sittings, and tells the sum. */
export function summed(onSum: (segments: number) => void): (sittingId: string, segments: number) => void {
  const waiting = new Map<string, number>();
  return (sittingId, segments) => {
    waiting.set(sittingId, segments);
    onSum([...waiting.values()].reduce((sum, one) => sum + one, 0));
  };
}
