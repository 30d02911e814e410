/** Room on the device for recordings. */

export interface Room {
  readonly freeBytes: number;
  readonly quotaBytes: number;
  /** Whether the browser promised not to clear it by itself. */
  readonly persisted: boolean;
}

/** Room of the moment; asks the browser not to clear what is stored. */
export async function measureRoom(): Promise<Room> {
  const persisted = (await navigator.storage.persisted()) || (await navigator.storage.persist());
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  return { freeBytes: Math.max(0, quota - usage), quotaBytes: quota, persisted };
}

/** What so many seconds of recordings take at so many bits a second, with a tenth to spare. */
export function roomNeeded(seconds: number, bitsPerSecond: number): number {
  return Math.ceil((seconds * bitsPerSecond * 1.1) / 8);
}
