/** Instants: milliseconds since 1970 inside, ISO 8601 on the wire. */

/** What a wire instant stands for, in Unix milliseconds; finer digits are cut. */
export function readInstant(text: string): number {
  const at = Date.parse(text.replace(/(\.\d{3})\d+/, "$1"));
  if (Number.isNaN(at)) throw new RangeError(`no instant: ${text}`);
  return at;
}

/** An instant as the API takes it: UTC, milliseconds, Z. */
export function wireInstant(atMs: number): string {
  return new Date(Math.round(atMs)).toISOString();
}
