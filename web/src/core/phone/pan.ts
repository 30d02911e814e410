/**
 * The 360° pan, guided: how far round the camera has been, and what to tell the hand that holds it.
 *
 * Advisory (DESIGN §9): the server looks at the picture itself, and people decide.
 */
import { turnBetween } from "./heading";

export const FULL_TURN_DEG = 360;
/** What sensors and hands lack of a full turn is no fault of the person. */
export const ENOUGH_DEG = 345;
/** Faster, and the picture blurs. */
const MOST_DEG_PER_S = 60;
/** A hand that trembles does not turn. */
const LEAST_DEG_PER_S = 3;
const STILL_MS = 4_000;
/** Speed is that of about the last second. */
const SPEED_OVER_MS = 1_000;
/** A jump of the sensor by more than this between two readings is no turn. */
const LARGEST_STEP_DEG = 90;

export type Advice = "begin" | "slower" | "go_on" | "turn_on" | "done";

export interface PanProgress {
  /** 0 to 1. */
  readonly turned: number;
  readonly turnedDeg: number;
  /** From the first view: to the left negative. For the ring that is drawn. */
  readonly fromDeg: number;
  readonly toDeg: number;
  readonly nowDeg: number;
  readonly advice: Advice;
}

export interface Pan {
  readonly startedAt: number | null;
  readonly heading: number | null;
  readonly yaw: number;
  readonly least: number;
  readonly most: number;
  readonly movedAt: number;
  readonly recent: readonly { readonly at: number; readonly yaw: number }[];
}

export const NO_PAN: Pan = { startedAt: null, heading: null, yaw: 0, least: 0, most: 0, movedAt: 0, recent: [] };

/** After a reading of the compass direction of the camera, in degrees. */
export function headTo(pan: Pan, heading: number, atMs: number): Pan {
  const step = pan.heading === null ? 0 : turnBetween(pan.heading, heading);
  const turned = Math.abs(step) > LARGEST_STEP_DEG ? 0 : step;
  return { ...turnBy(pan, turned, atMs), heading };
}

/** After a turn by so many degrees, to the right positive. */
export function turnBy(pan: Pan, degrees: number, atMs: number): Pan {
  const yaw = pan.yaw + degrees;
  const recent = [...pan.recent.filter((one) => atMs - one.at <= SPEED_OVER_MS), { at: atMs, yaw }];
  const moves = Math.abs(speedOf(recent)) >= LEAST_DEG_PER_S;
  return {
    ...pan,
    startedAt: pan.startedAt ?? atMs,
    yaw,
    least: Math.min(pan.least, yaw),
    most: Math.max(pan.most, yaw),
    movedAt: pan.startedAt === null || moves ? atMs : pan.movedAt,
    recent,
  };
}

/** Net yaw counts: who swings to and fro over one corner has not turned round. */
export function progressOf(pan: Pan, nowMs: number): PanProgress {
  const turnedDeg = Math.min(FULL_TURN_DEG, pan.most - pan.least);
  return {
    turned: turnedDeg >= ENOUGH_DEG ? 1 : turnedDeg / FULL_TURN_DEG,
    turnedDeg,
    fromDeg: pan.least,
    toDeg: pan.most,
    nowDeg: pan.yaw,
    advice: adviceFor(pan, turnedDeg, nowMs),
  };
}

function adviceFor(pan: Pan, turnedDeg: number, nowMs: number): Advice {
  if (turnedDeg >= ENOUGH_DEG) return "done";
  if (Math.abs(speedOf(pan.recent)) > MOST_DEG_PER_S) return "slower";
  if (turnedDeg < 10) return "begin";
  return nowMs - pan.movedAt > STILL_MS ? "turn_on" : "go_on";
}

/** Degrees a second. */
function speedOf(recent: Pan["recent"]): number {
  const [first] = recent;
  const last = recent.at(-1);
  if (!first || !last || last.at - first.at < SPEED_OVER_MS / 4) return 0;
  return ((last.yaw - first.yaw) * 1000) / (last.at - first.at);
}
