/**
 * How long to wait before trying again: exponential with full jitter (AWS Architecture Blog, "Exponential Backoff
 * And Jitter", 2015). Thousands whose network comes back in the same second must not come back in the same second.
 */
import type { Random } from "./time";

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** How long to wait after so many failures in a row (1 or more); never less than the server asked for. */
export function waitMs(backoff: Backoff, failures: number, random: Random, retryAfterMs: number | null = null): number {
  const ceiling = Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.min(failures - 1, 32));
  return (retryAfterMs ?? 0) + random() * ceiling;
}

/** Read a `Retry-After` header (RFC 9110, 10.2.3: seconds or a date); null when there is none to read. */
export function readRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
