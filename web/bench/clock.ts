/** How wrong the product's clock is on a device whose own clock is wrong by a day, and is set while it runs. */
import { keepTime } from "../src/core/keep_time";
import { sleep } from "../src/core/time";
import { office } from "./office";

const DAY_MS = 86_400_000;
const EVERY_MS = 50;

/** @returns what the clock says too much, every 50 ms: half the time a day fast, then a day slow */
export async function clockErrors(run: string, forMs: number): Promise<number[]> {
  const truth = Date.now.bind(Date);
  let wrongBy = DAY_MS;
  Date.now = () => truth() + wrongBy;
  const over = new AbortController();
  const errors: number[] = [];
  try {
    const { api, clock } = await office(run);
    await api.askTime();
    void keepTime(() => api.askTime(), clock, sleep, over.signal);
    for (let passed = 0; passed < forMs; passed += EVERY_MS) {
      if (passed >= forMs / 2) wrongBy = -DAY_MS;
      errors.push(clock.now() - truth());
      await sleep(EVERY_MS);
    }
  } finally {
    over.abort();
    Date.now = truth;
  }
  return errors;
}
