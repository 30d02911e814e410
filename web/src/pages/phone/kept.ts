/**
 * What the phone keeps on the device, so that a reload without a network goes on where it was. A page that cannot
 * keep it records all the same: what is written here is written as well as it goes.
 */
import { Shelf } from "../../browser/database";
import type { Memory } from "../../core/phone/stage";
import type { SittingView } from "../../generated/api";

const CURRENT = "current";
const MEMORY = "/memory";

export class KeptOnPhone {
  private readonly shelf = new Shelf("viva-phone");

  /** Of the sitting that this phone records, or recorded last. */
  async current(): Promise<Memory | null> {
    const sittingId = await this.shelf.get<string>(CURRENT);
    return sittingId === undefined ? null : await this.memory(sittingId);
  }

  async memory(sittingId: string): Promise<Memory | null> {
    return (await this.shelf.get<Memory>(sittingId + MEMORY)) ?? null;
  }

  /** Of all other sittings that are still owed something. */
  async owed(): Promise<Memory[]> {
    const current = await this.shelf.get<string>(CURRENT);
    const keys = (await this.shelf.keys()).filter((key) => key.endsWith(MEMORY));
    const memories = await Promise.all(keys.map((key) => this.shelf.get<Memory>(key)));
    return memories.filter((one) => one !== undefined && one.sittingId !== current && one.deliveredAt === null) as Memory[];
  }

  keepMemory(memory: Memory): Promise<void> {
    return this.shelf.put(memory.sittingId + MEMORY, memory).catch(() => undefined);
  }

  async makeCurrent(memory: Memory): Promise<void> {
    await this.keepMemory(memory);
    await this.shelf.put(CURRENT, memory.sittingId).catch(() => undefined);
  }

  async sitting(sittingId: string): Promise<SittingView | null> {
    return (await this.shelf.get<SittingView>(`${sittingId}/sitting`).catch(() => undefined)) ?? null;
  }

  keepSitting(sitting: SittingView): Promise<void> {
    return this.shelf.put(`${sitting.sitting_id}/sitting`, sitting).catch(() => undefined);
  }
}
