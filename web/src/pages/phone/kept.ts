/** What the phone keeps on the device, so that a reload without a network goes on where it was. */
import { Shelf } from "../../browser/database";
import type { Memory } from "../../core/phone/stage";
import type { SittingView } from "../../generated/api";

export class KeptOnPhone {
  private readonly shelf = new Shelf("viva-phone");

  memory(sittingId: string): Promise<Memory | undefined> {
    return this.shelf.get<Memory>(`${sittingId}/memory`);
  }

  keepMemory(memory: Memory): Promise<void> {
    return this.shelf.put(`${memory.sittingId}/memory`, memory);
  }

  sitting(sittingId: string): Promise<SittingView | undefined> {
    return this.shelf.get<SittingView>(`${sittingId}/sitting`);
  }

  keepSitting(sitting: SittingView): Promise<void> {
    return this.shelf.put(`${sitting.sitting_id}/sitting`, sitting);
  }
}
