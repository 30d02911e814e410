/** Remembers by how much the device's clock is wrong, for a page that is opened again without a network. */
import type { ServerClock } from "../core/clock";

const REMEMBERED_AS = "viva-server-ahead-ms";
const EVERY_MS = 10_000;

export function rememberTime(clock: ServerClock): void {
  try {
    const found = Number(localStorage.getItem(REMEMBERED_AS) ?? 0);
    if (Number.isFinite(found)) clock.recall(found);
  } catch {
    return; // A browser that stores nothing begins with the device's clock.
  }
  const keep = (): void => {
    const ahead = clock.aheadOfDeviceMs;
    if (ahead !== null) localStorage.setItem(REMEMBERED_AS, String(Math.round(ahead)));
  };
  setInterval(keep, EVERY_MS);
  addEventListener("pagehide", keep);
}
