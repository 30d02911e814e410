/** What a device has yet to upload, and when it will be done if it goes on as it did. */

export interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** The last samples, oldest first. */
export type Backlog = readonly Sample[];

export type Forecast =
  /** Nothing is left, or nothing is known. */
  | { readonly kind: "none" }
  /** Left, and falling: done in so many milliseconds. */
  | { readonly kind: "done_in"; readonly leftMs: number }
  /** Left, and as much as before. */
  | { readonly kind: "steady" }
  /** Left, and more than before. */
  | { readonly kind: "growing" }
  /** Left, and too little was seen to say more. */
  | { readonly kind: "unknown" };

const KEPT = 5;
/** Of samples closer than this a rate would be noise. */
const LEAST_SPAN_MS = 10_000;

export function remembered(backlog: Backlog | undefined, sample: Sample | null): Backlog {
  const before = backlog ?? [];
  const last = before.at(-1);
  if (sample === null || (last && sample.at <= last.at)) return before;
  return [...before, sample].slice(-KEPT);
}

export function forecastOf(backlog: Backlog): Forecast {
  const [first, last] = [backlog[0], backlog.at(-1)];
  if (!first || !last || last.bytes === 0) return { kind: "none" };
  const spanMs = last.at - first.at;
  if (spanMs < LEAST_SPAN_MS) return { kind: "unknown" };
  const fallen = first.bytes - last.bytes;
  if (fallen <= 0) return { kind: fallen === 0 ? "steady" : "growing" };
  return { kind: "done_in", leftMs: (last.bytes / fallen) * spanMs };
}
