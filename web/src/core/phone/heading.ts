/** Where the phone's camera points, from the sensors' angles. */

const RADIANS = Math.PI / 180;

/**
 * The compass direction, 0 to 360 degrees, of the camera in the back of a phone that is held upright.
 *
 * `alpha` alone jumps when a phone stands upright; the direction of its back does not (W3C Device Orientation,
 * A.2, "compass heading for a device whose screen is held vertical").
 */
export function headingOf(alpha: number, beta: number, gamma: number): number {
  const [z, x, y] = [alpha * RADIANS, beta * RADIANS, gamma * RADIANS];
  const east = -Math.cos(z) * Math.sin(y) - Math.sin(z) * Math.sin(x) * Math.cos(y);
  const north = -Math.sin(z) * Math.sin(y) + Math.cos(z) * Math.sin(x) * Math.cos(y);
  return upTo360(Math.atan2(east, north) / RADIANS);
}

/** The same direction, in 0 to 360 degrees. */
export function upTo360(degrees: number): number {
  return ((degrees % 360) + 360) % 360;
}

/** The shorter way from one direction to another, -180 to 180 degrees; to the right is positive. */
export function turnBetween(from: number, to: number): number {
  return upTo360(to - from + 180) - 180;
}
