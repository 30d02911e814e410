/** Sizes and rates, as people read them; the units are the same in both languages. */
const MIB = 1024 * 1024;

export function sizeOf(bytes: number): string {
  if (bytes >= 1024 * MIB) return `${(bytes / (1024 * MIB)).toFixed(1)} GB`;
  if (bytes >= 10 * MIB) return `${Math.round(bytes / MIB)} MB`;
  return `${(bytes / MIB).toFixed(1)} MB`;
}

export function rateOf(bitsPerSecond: number): string {
  return `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`;
}
