/** Battery and room of the phone, as far as its browser tells. */
import { readBattery } from "../heartbeat";
import { measureRoom } from "../storage";

export interface PhoneFacts {
  /** 0 to 1. */
  readonly battery: number | null;
  readonly charging: boolean | null;
  readonly freeBytes: number | null;
}

export const UNKNOWN_FACTS: PhoneFacts = { battery: null, charging: null, freeBytes: null };

export async function phoneFacts(): Promise<PhoneFacts> {
  const [battery, room] = await Promise.all([
    readBattery().catch(() => null),
    measureRoom().catch(() => null),
  ]);
  return {
    battery: battery?.level ?? null,
    charging: battery?.charging ?? null,
    freeBytes: room?.freeBytes ?? null,
  };
}
