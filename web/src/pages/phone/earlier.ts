/** Delivers what this phone still owes to earlier sittings, beside the one that it records now. */
import type { Connection } from "../../browser/client";
import { deliverDebt, summed } from "../../browser/debt";
import type { Memory } from "../../core/phone/stage";
import { connectionOf } from "./binding";
import type { KeptOnPhone } from "./kept";
import { EVIDENCE } from "./tape";

export class Earlier {
  private delivering: AbortController | null = null;
  private readonly tell: (sittingId: string, segments: number) => void;

  /** @param onWaiting is told how many segments wait, of all earlier sittings together */
  constructor(
    private readonly device: Connection,
    private readonly kept: KeptOnPhone,
    onWaiting: (segments: number) => void,
  ) {
    this.tell = summed(onWaiting);
  }

  /** Deliver what is owed, until `rest`. What fails here stays owed, and disturbs nobody. */
  async deliver(): Promise<void> {
    this.rest();
    const { signal } = (this.delivering = new AbortController());
    const owed = await this.kept.owed().catch(() => []);
    await Promise.allSettled(owed.map((memory) => this.deliverOne(memory, signal)));
  }

  /** One of them is to be recorded again, or another page delivers them. */
  rest(): void {
    this.delivering?.abort();
    this.delivering = null;
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
