/** Delivers what this phone still owes to earlier sittings, beside the one that it records now. */
import type { Connection } from "../../browser/client";
import { BrowserSpool } from "../../browser/spool/client";
import { SpoolTaken } from "../../core/errors";
import type { Memory } from "../../core/phone/stage";
import { connectionOf } from "./binding";
import type { KeptOnPhone } from "./kept";
import { EVIDENCE, uploaderOf } from "./tape";

/** @param onWaiting is told how many segments wait, of all earlier sittings together */
export async function deliverEarlier(
  device: Connection,
  kept: KeptOnPhone,
  onWaiting: (segments: number) => void,
): Promise<void> {
  const waiting = new Map<string, number>();
  const tell = (sittingId: string, segments: number): void => {
    waiting.set(sittingId, segments);
    onWaiting([...waiting.values()].reduce((sum, one) => sum + one, 0));
  };
  for (const memory of await kept.owed()) {
    void deliverOne(device, memory, (segments) => tell(memory.sittingId, segments)).then((settled) =>
      settled ? kept.keepMemory({ ...memory, deliveredAt: device.clock.now() }) : undefined,
    );
  }
}

/** @returns whether everything is delivered */
async function deliverOne(device: Connection, memory: Memory, tell: (segments: number) => void): Promise<boolean> {
  const spool = await BrowserSpool.open(memory.sittingId).catch((error: unknown) => {
    if (error instanceof SpoolTaken) return null;
    throw error;
  });
  if (spool === null) return false;
  // A phone that films another sitting films this one no more.
  await spool.close(EVIDENCE);
  const uploader = uploaderOf(await connectionOf(device, memory.sittingId), spool);
  const over = new AbortController();
  uploader.onProgress(({ waitingSegments, kinds, settled }) => {
    tell(waitingSegments);
    if (settled && kinds[0]?.givenUp.length === 0) over.abort();
  });
  await uploader.run(over.signal);
  spool.shut();
  return true;
}
