/** Wall clocks of a zone, as `datetime-local` inputs have them, and the instants that they name. */

/** `2026-11-22T09:00` in the zone, of an instant in Unix ms. */
export function wallOf(atMs: number, zone: string): string {
  return new Date(atMs + offsetMs(atMs, zone)).toISOString().slice(0, 16);
}

/**
 * The instant that a wall clock shows, in Unix ms; null where the text is none, or of another millennium, as a year is
 * while it is typed. Of two such instants, when clocks
 * are put back, the earlier one.
 */
export function instantOfWall(wall: string, zone: string): number | null {
  const asUtc = Date.parse(`${wall}Z`);
  if (!/^2\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(wall) || Number.isNaN(asUtc)) return null;
  const before = asUtc - offsetMs(asUtc - DAY_MS, zone);
  const after = asUtc - offsetMs(asUtc + DAY_MS, zone);
  return [before, after].find((at) => at + offsetMs(at, zone) === asUtc) ?? before;
}

/** Whether the browser knows the zone. */
export function knowsZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const DAY_MS = 86_400_000;

function offsetMs(atMs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(new Date(atMs));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((p) => p.type === type)?.value);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(atMs / 1000) * 1000;
}
