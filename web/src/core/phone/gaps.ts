/** Where a recording has holes: told plainly, since who knows of a gap can explain it. */

/** A recorded stretch, in Unix ms. */
export interface Stretch {
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Between two recorders that follow each other there is less. */
export const LEAST_GAP_MS = 1_500;

/**
 * The gaps from the first stretch on, in order.
 *
 * @param until an instant up to which it should have recorded; a hole at the end counts as a gap then
 */
export function gapsOf(stretches: readonly Stretch[], until: number | null): Gap[] {
  const gaps: Gap[] = [];
  let covered: number | null = null;
  for (const { startedAt, endedAt } of [...stretches].sort((a, b) => a.startedAt - b.startedAt)) {
    if (covered !== null && startedAt - covered >= LEAST_GAP_MS) gaps.push({ from: covered, to: startedAt });
    covered = Math.max(covered ?? endedAt, endedAt);
  }
  if (covered !== null && until !== null && until - covered >= LEAST_GAP_MS) gaps.push({ from: covered, to: until });
  return gaps;
}

/** How long they last together, in ms. */
export function lostMs(gaps: readonly Gap[]): number {
  return gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
}

/** How long was recorded, overlaps counted once, in ms. */
export function recordedMs(stretches: readonly Stretch[]): number {
  let sum = 0;
  let covered = -Infinity;
  for (const { startedAt, endedAt } of [...stretches].sort((a, b) => a.startedAt - b.startedAt)) {
    sum += Math.max(0, endedAt - Math.max(startedAt, covered));
    covered = Math.max(covered, endedAt);
  }
  return sum;
}
