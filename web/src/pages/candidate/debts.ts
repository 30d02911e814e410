/**
 * What this browser owes to sittings before the present one: another exam of the day, a rehearsal. Each keeps its own
 * session, whose key the browser still has, since the next login takes the place of the one that was in use.
 */
import { ref } from "vue";
import { type Connection, inSession } from "../../browser/client";
import { Shelf } from "../../browser/database";
import { deliverDebt } from "../../browser/debt";
import { BrowserSessionStore } from "../../browser/session_store";

const KINDS = ["camera", "screen"] as const;

export class Debts {
  /** How many segments wait, of all earlier sittings together. */
  readonly segments = ref(0);
  private readonly shelf = new Shelf("viva-debts");
  private readonly waiting = new Map<string, number>();
  private paying: AbortController | null = null;

  constructor(private readonly device: Connection) {}

  /** The present sitting begins to record here: whatever comes, this browser is to deliver it. */
  async note(): Promise<void> {
    const session = this.device.session.current;
    if (!session?.sittingId) return;
    await new BrowserSessionStore(nameOf(session.sittingId)).save(session);
    await this.shelf.put(session.sittingId, true);
  }

  /** Deliver to every sitting but the present one, until `rest`. */
  async pay(present: string): Promise<void> {
    this.rest();
    const { signal } = (this.paying = new AbortController());
    for (const sittingId of await this.shelf.keys()) {
      if (sittingId !== present) void this.payOne(sittingId, signal);
    }
  }

  /** Something more important needs the line. */
  rest(): void {
    this.paying?.abort();
    this.paying = null;
  }

  private async payOne(sittingId: string, signal: AbortSignal): Promise<void> {
    const connection = await inSession(this.device, nameOf(sittingId));
    const tell = (segments: number): void => {
      this.waiting.set(sittingId, segments);
      this.segments.value = [...this.waiting.values()].reduce((sum, one) => sum + one, 0);
    };
    if (await deliverDebt({ connection, sittingId, kinds: KINDS }, tell, signal)) await this.forgive(sittingId);
  }

  private async forgive(sittingId: string): Promise<void> {
    await this.shelf.remove(sittingId);
    await new BrowserSessionStore(nameOf(sittingId)).clear();
  }
}

function nameOf(sittingId: string): string {
  return `candidate/${sittingId}`;
}
