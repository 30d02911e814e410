/** Keeps the server's time right through a day: several questions at first, then now and then, at once after a sleep. */
import { rest } from "./alarm";
import type { ServerClock } from "./clock";
import type { Sleep } from "./time";

/** Good enough to stop asking for the moment. */
const GOOD_MS = 60;
const FIRST_QUESTIONS = 5;
const BETWEEN_MS = 250;
const EVERY_MS = 60_000;
/** How often to look whether the device slept or its clock was set. */
const LOOK_MS = 2_000;

/** @param askTime asks once; `ApiClient.askTime` */
export async function keepTime(
  askTime: () => Promise<void>,
  clock: ServerClock,
  sleep: Sleep,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (let asked = 0; asked < FIRST_QUESTIONS && !signal.aborted; asked += 1) {
      await ask(askTime);
      if ((clock.uncertaintyMs ?? Infinity) <= GOOD_MS) break;
      await rest(sleep, BETWEEN_MS, signal);
    }
    for (let waited = 0; waited < EVERY_MS && !signal.aborted && !clock.wasInterrupted; waited += LOOK_MS) {
      await rest(sleep, LOOK_MS, signal);
    }
  }
}

async function ask(askTime: () => Promise<void>): Promise<void> {
  try {
    await askTime();
  } catch {
    // Without an answer the monotonic clock counts on.
  }
}
