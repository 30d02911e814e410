import { beforeEach, expect, test } from "vitest";
import { ServerClock } from "./clock";
import { Unreachable } from "./errors";
import { keepTime } from "./keep_time";
import { FakeClocks } from "./testing/device";
import { FakeTime } from "./testing/time";

let time: FakeTime;
let device: FakeClocks;
let clock: ServerClock;
let page: AbortController;
let asked: number;
let online: boolean;

beforeEach(() => {
  time = new FakeTime();
  device = new FakeClocks(time);
  device.wrongBy = 86_400_000;
  clock = new ServerClock(device);
  page = new AbortController();
  asked = 0;
  online = true;
});

/** A server 300 ms away, whose answers tell the time to within 150 ms. */
async function askTime(): Promise<void> {
  asked += 1;
  if (!online) throw new Unreachable();
  const sent = clock.read();
  await time.sleep(200);
  const said = time.nowMs;
  await time.sleep(100);
  clock.learn(sent, said, clock.read());
}

test("time is right within 200 ms all day, at few questions", async () => {
  void keepTime(askTime, clock, time.sleep, page.signal);

  for (let minute = 0; minute < 60; minute += 1) {
    await time.pass(60_000);
    expect(Math.abs(clock.now() - time.nowMs)).toBeLessThanOrEqual(200);
  }
  page.abort();

  expect(asked).toBeLessThan(60 * 6);
});

test("after a sleep the server is asked at once", async () => {
  void keepTime(askTime, clock, time.sleep, page.signal);
  await time.pass(10_000);
  device.sleepFor(1_800_000);

  await time.pass(3_000);
  page.abort();

  expect(Math.abs(clock.now() - time.nowMs)).toBeLessThanOrEqual(200);
});

test("while the network is down the time goes on, and is asked for again", async () => {
  void keepTime(askTime, clock, time.sleep, page.signal);
  await time.pass(5_000);
  online = false;
  await time.pass(600_000);
  expect(Math.abs(clock.now() - time.nowMs)).toBeLessThanOrEqual(200);

  const before = asked;
  online = true;
  await time.pass(70_000);
  page.abort();

  expect(asked).toBeGreaterThan(before);
});
