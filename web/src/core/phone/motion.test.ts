import { expect, test } from "vitest";
import { profileOf, shiftBetween } from "./motion";

const WIDTH = 96;
const HEIGHT = 54;

/** A room seen from a column on: stripes of irregular width and grey, the same at every call. */
function view(from: number, light = 1): Uint8ClampedArray {
  const picture = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const at = x + from;
      const grey = light * (110 + 50 * Math.sin(at / 3.1) + 40 * Math.sin(at / 7.7 + 2) + 20 * Math.sin(at * 1.9));
      picture.set([grey, grey, grey, 255], 4 * (y * WIDTH + x));
    }
  }
  return picture;
}

const seen = (from: number, light = 1): Float32Array => profileOf(view(from, light), WIDTH, HEIGHT);

test.each([0, 1, 5, 12, -9, 2.5])("a view that moves by %f columns is found to have done so", (by) => {
  expect(shiftBetween(seen(100), seen(100 + by))).toBeCloseTo(by, 0);
});

test("light that changes is no motion", () => {
  expect(Math.abs(shiftBetween(seen(100), seen(100, 0.85)) ?? 0)).toBeLessThan(0.5);
});

test("a bare wall says nothing", () => {
  const wall = profileOf(new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(120), WIDTH, HEIGHT);

  expect(shiftBetween(wall, wall)).toBeNull();
});

test("another room altogether says nothing", () => {
  const noise = new Float32Array(WIDTH).map((_, x) => 30 * Math.sin(x * x * 12.9898));
  const other = new Float32Array(WIDTH).map((_, x) => 30 * Math.sin(x * x * 78.233 + 1));

  expect(shiftBetween(noise, other)).toBeNull();
});
