/**
 * What this browser owes to sittings before the present one: another exam of the day, a rehearsal. Each keeps its own
 * session, whose key the browser still has, since the next login takes the place of the one that was in use.
 */
import { ref } from "vue";
import { type Connection, inSession } from "../../browser/client";
import { Shelf } from "../../browser/database";
import { deliverDebt, summed } from "../../browser/debt";
import { BrowserSessionStore } from "../../browser/session_store";

const KINDS = ["camera", "screen"] as const;

export class Debts {
  /** How many segments wait, of all earlier sittings together. */
  readonly segments = ref(0);
  private readonly shelf = new Shelf("viva-debts");
  private readonly tell = summed((segments) => (this.segments.value = segments));
  private paying: AbortController | null = null;

  constructor(private readonly device: Connection) {}

  /** The present sitting begins to record here: whatever comes, this browser is to deliver it. */
  async note(): Promise<void> {
    const session = this.device.session.current;
    if (!session?.sittingId) return;
    await new BrowserSessionStore(nameOf(session.sittingId)).save(session);
    await this.shelf.put(session.sittingId, true);
  }

  /** Every sitting but that of the session in use, which may still be recorded, on another exam's page too. */
  async owed(): Promise<string[]> {
    const present = this.device.session.current?.sittingId;
    return (await this.shelf.keys()).filter((sittingId) => sittingId !== present);
  }

  /** Deliver what is owed, until `rest`. What fails here stays owed, and disturbs nobody. */
  async pay(): Promise<void> {
    this.rest();
    const { signal } = (this.paying = new AbortController());
    const sittingIds = await this.owed().catch(() => []);
    await Promise.allSettled(sittingIds.map((sittingId) => this.payOne(sittingId, signal)));
  }

  /** Something more important needs the line. */
  rest(): void {
    this.paying?.abort();
    this.paying = null;
  }

  private async payOne(sittingId: string, signal: AbortSignal): Promise<void> {
    const connection = await inSession(this.device, nameOf(sittingId));
    const debt = { connection, sittingId, kinds: KINDS };
    if (await deliverDebt(debt, (segments) => this.tell(sittingId, segments), signal)) await this.forgive(sittingId);
  }

  private async forgive(sittingId: string): Promise<void> {
    await this.shelf.remove(sittingId);
    await new BrowserSessionStore(nameOf(sittingId)).clear();
  }
}

function nameOf(sittingId: string): string {
  return `candidate/${sittingId}`;
}
