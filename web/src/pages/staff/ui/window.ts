/** Which rows of a long list are in the DOM: those in sight and a few around them. */
export interface Window {
  /** The first row that is shown. */
  readonly first: number;
  /** The row after the last that is shown. */
  readonly end: number;
}

export interface Sight {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly count: number;
  /** Rows that are kept ready above and below. */
  readonly around: number;
}

/** At most `height / rowHeight + 2 + 2 * around` rows, whatever the count. */
export function windowOf({ scrollTop, height, rowHeight, count, around }: Sight): Window {
  const top = Math.min(Math.max(0, scrollTop), Math.max(0, count * rowHeight - height));
  const first = Math.max(0, Math.floor(top / rowHeight) - around);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + around);
  return { first, end };
}
