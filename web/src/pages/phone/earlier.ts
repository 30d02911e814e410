/** Delivers what this phone still owes to earlier sittings, beside the one that it records now. */
import type { Connection } from "../../browser/client";
import { deliverDebt, summed } from "../../browser/debt";
import type { Memory } from "../../core/phone/stage";
import { connectionOf } from "./binding";
import type { KeptOnPhone } from "./kept";
import { EVIDENCE } from "./tape";

export class Earlier {
  /** By sitting, what ends its delivery here. */
  private readonly delivering = new Map<string, AbortController>();
  private readonly tell: (sittingId: string, segments: number) => void;

  /** @param onWaiting is told how many segments wait, of all earlier sittings together */
  constructor(
    private readonly device: Connection,
    private readonly kept: KeptOnPhone,
    onWaiting: (segments: number) => void,
  ) {
    this.tell = summed(onWaiting);
  }

  /** Deliver what is owed, each until it is left. What fails here stays owed, and disturbs nobody. */
  async deliver(): Promise<void> {
    for (const memory of await this.kept.owed().catch(() => [])) {
      if (this.delivering.has(memory.sittingId)) continue;
      const mine = new AbortController();
      this.delivering.set(memory.sittingId, mine);
      void this.deliverOne(memory, mine.signal)
        .catch(() => undefined)
        .finally(() => {
          if (this.delivering.get(memory.sittingId) === mine) this.delivering.delete(memory.sittingId);
        });
    }
  }

  /** It is to be recorded again; or another page delivers all of them. */
  leave(sittingId: string | null): void {
    for (const [each, delivery] of this.delivering) {
      if (sittingId !== null && each !== sittingId) continue;
      delivery.abort();
      this.delivering.delete(each);
      this.tell(each, 0);
    }
  }

  private async deliverOne(memory: Memory, signal: AbortSignal): Promise<void> {
    const { sittingId } = memory;
    const connection = await connectionOf(this.device, sittingId);
    const debt = { connection, sittingId, kinds: [EVIDENCE] as const };
    const isDelivered = await deliverDebt(debt, (segments) => this.tell(sittingId, segments), signal);
    // What is recorded again meanwhile is remembered anew.
    if (!isDelivered || (await this.kept.current())?.sittingId === sittingId) return;
    await this.kept.keepMemory({ ...memory, deliveredAt: this.device.clock.now() });
  }
}
