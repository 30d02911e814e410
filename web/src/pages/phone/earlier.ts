/** Delivers what this phone still owes to earlier sittings, beside the one that it records now. */
import type { Connection } from "../../browser/client";
import { deliverDebt, summed } from "../../browser/debt";
import type { Memory } from "../../core/phone/stage";
import { connectionOf } from "./binding";
import type { KeptOnPhone } from "./kept";
import { EVIDENCE } from "./tape";

/** @param onWaiting is told how many segments wait, of all earlier sittings together */
export async function deliverEarlier(
  device: Connection,
  kept: KeptOnPhone,
  onWaiting: (segments: number) => void,
): Promise<void> {
  const tell = summed(onWaiting);
  for (const memory of await kept.owed()) {
    void deliverOne(device, memory, (segments) => tell(memory.sittingId, segments)).then((delivered) =>
      delivered ? kept.keepMemory({ ...memory, deliveredAt: device.clock.now() }) : undefined,
    );
  }
}

async function deliverOne(device: Connection, { sittingId }: Memory, tell: (segments: number) => void): Promise<boolean> {
  const connection = await connectionOf(device, sittingId);
  return deliverDebt({ connection, sittingId, kinds: [EVIDENCE] }, tell, new AbortController().signal);
}
