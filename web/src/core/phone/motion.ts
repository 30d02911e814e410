/**
 * How far a camera turned between two pictures, where no sensor tells: the shift of the brightness of columns.
 *
 * Advisory: the field of view of a phone is not known, and a bare wall shows no motion.
 */

/** Brightness of the columns of a picture, without its slow part: lamps that dim are no motion. */
export type Profile = Float32Array;

/** Of a phone's camera held upright or across, between 50 and 75. */
export const ASSUMED_VIEW_DEG = 60;

const SMOOTHED_OVER = 8;
/** Least contrast to say anything by, in steps of grey. */
const LEAST_CONTRAST = 2;
/** The best shift must be this much better than none at all and than what is far from it. */
const LEAST_GAIN = 0.7;

/** The profile of an RGBA picture. */
export function profileOf(rgba: Uint8ClampedArray, width: number, height: number): Profile {
  const columns = new Float32Array(width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      columns[x]! += (0.3 * rgba[at]! + 0.59 * rgba[at + 1]! + 0.11 * rgba[at + 2]!) / height;
    }
  }
  return columns.map((value, x) => value - mean(columns, x - SMOOTHED_OVER, x + SMOOTHED_OVER));
}

/**
 * Columns by which the view moved to the left (the camera turned right) from one picture to the next; null when
 * the pictures do not say.
 */
export function shiftBetween(before: Profile, after: Profile): number | null {
  if (contrast(before) < LEAST_CONTRAST || contrast(after) < LEAST_CONTRAST) return null;
  const most = Math.floor(before.length / 3);
  const costs: number[] = [];
  for (let shift = -most; shift <= most; shift += 1) costs.push(difference(before, after, shift));
  const best = costs.indexOf(Math.min(...costs));
  const typical = [...costs].sort((a, b) => a - b)[Math.floor(costs.length / 2)]!;
  if (costs[best]! > LEAST_GAIN * typical) return null;
  return best - most + vertex(costs[best - 1], costs[best]!, costs[best + 1]);
}

function difference(before: Profile, after: Profile, shift: number): number {
  let sum = 0;
  let count = 0;
  for (let x = Math.max(0, -shift); x < Math.min(before.length, before.length - shift); x += 1) {
    sum += (before[x + shift]! - after[x]!) ** 2;
    count += 1;
  }
  return sum / count;
}

/** Between columns: where the parabola through three costs is lowest. */
function vertex(left: number | undefined, middle: number, right: number | undefined): number {
  if (left === undefined || right === undefined) return 0;
  const bend = left - 2 * middle + right;
  return bend > 0 ? (left - right) / (2 * bend) : 0;
}

function mean(values: Float32Array, from: number, to: number): number {
  const part = values.subarray(Math.max(0, from), Math.min(values.length, to + 1));
  return part.reduce((sum, value) => sum + value, 0) / part.length;
}

function contrast(profile: Profile): number {
  return Math.sqrt(profile.reduce((sum, value) => sum + value * value, 0) / profile.length);
}
