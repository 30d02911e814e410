import { beforeEach, describe, expect, test } from "vitest";
import { ServerClock } from "./clock";
import { FakeClocks } from "./testing/device";
import { FakeTime } from "./testing/time";

const DAY = 24 * 3_600_000;
let time: FakeTime;
let device: FakeClocks;
let clock: ServerClock;

beforeEach(() => {
  time = new FakeTime();
  device = new FakeClocks(time);
});

/** Ask the server: the answer is made after `there` ms and arrives `back` ms later. */
function ask(there: number, back: number): void {
  const sent = clock.read();
  time.nowMs += there;
  const said = new Date(time.nowMs).toISOString();
  time.nowMs += back;
  clock.learn(sent, said, clock.read());
}

describe("the server's time", () => {
  test.each([-DAY, -90_000, 0, 90_000, DAY])("is right on a device whose clock is wrong by %i ms", (wrongBy) => {
    device.wrongBy = wrongBy;
    clock = new ServerClock(device);

    ask(60, 60);

    expect(clock.now()).toBe(time.nowMs);
  });

  test("is wrong by no more than it says, and by no more than half a round trip", () => {
    clock = new ServerClock(device);

    ask(390, 10);

    expect(Math.abs(clock.now() - time.nowMs)).toBe(190);
    expect(clock.uncertaintyMs).toBe(200);
  });

  test("believes the answer with the shortest round trip", () => {
    clock = new ServerClock(device);

    ask(20, 20);
    for (let slow = 0; slow < 5; slow += 1) ask(1_500, 10);

    expect(Math.abs(clock.now() - time.nowMs)).toBeLessThanOrEqual(1);
  });

  test("stays when somebody sets the device's clock", () => {
    clock = new ServerClock(device);
    ask(10, 10);

    device.wrongBy = -3_600_000;

    expect(clock.now()).toBe(time.nowMs);
    expect(clock.wasInterrupted).toBe(true);
  });

  test("is right again after the device slept, from the next answer on", () => {
    clock = new ServerClock(device);
    ask(1, 1);
    device.sleepFor(600_000);
    expect(clock.wasInterrupted).toBe(true);

    ask(100, 100);

    expect(clock.now()).toBe(time.nowMs);
    expect(clock.wasInterrupted).toBe(false);
  });

  test("believes no answer over which the device slept: it seems to have come at once", () => {
    clock = new ServerClock(device);
    ask(10, 10);
    const sent = clock.read();
    const said = new Date(time.nowMs).toISOString();
    device.sleepFor(60_000);

    clock.learn(sent, said, clock.read());
    expect(clock.wasInterrupted).toBe(true);

    ask(10, 10);
    expect(clock.now()).toBe(time.nowMs);
  });

  test("is right at once after a phone slept without a network, and in a page that is opened then", () => {
    clock = new ServerClock(device, true);
    ask(10, 10);
    device.wrongBy = 400;
    device.sleepFor(600_000);

    expect(Math.abs(clock.now() - time.nowMs)).toBeLessThanOrEqual(400);
    time.nowMs += 3 * 3_600_000;
    expect(Math.abs(clock.now() - time.nowMs)).toBeLessThanOrEqual(400);

    const reopened = new ServerClock(device, true);
    reopened.recall(clock.aheadOfDeviceMs ?? 0);
    expect(Math.abs(reopened.now() - time.nowMs)).toBeLessThanOrEqual(400);
  });

  test("stays on a phone too when somebody sets its clock back", () => {
    clock = new ServerClock(device, true);
    ask(10, 10);

    device.wrongBy = -3_600_000;

    expect(clock.now()).toBe(time.nowMs);
  });

  test("is not over on a desktop whose clock is set forward without a network", () => {
    clock = new ServerClock(device);
    ask(10, 10);

    device.wrongBy = 3_600_000;

    expect(clock.now()).toBe(time.nowMs);
  });

  test("doubts an old answer: a device's quartz drifts", () => {
    clock = new ServerClock(device);
    ask(10, 10);

    time.nowMs += 3_600_000;

    expect(clock.uncertaintyMs).toBeGreaterThan(200);
  });

  test("is that of an earlier page in one that opens offline, until the first answer", () => {
    device.wrongBy = DAY;
    clock = new ServerClock(device);
    ask(20, 20);
    const found = clock.aheadOfDeviceMs ?? 0;

    const reopened = new ServerClock(device);
    reopened.recall(found);
    expect(reopened.now()).toBe(time.nowMs);
    expect(reopened.uncertaintyMs).toBeNull();

    clock = reopened;
    clock.recall(-DAY);
    ask(20, 20);
    expect(clock.now()).toBe(time.nowMs);
  });

  test("is the device's own before the first answer", () => {
    device.wrongBy = 5_000;

    clock = new ServerClock(device);

    expect(clock.now()).toBe(time.nowMs + 5_000);
    expect(clock.uncertaintyMs).toBeNull();
  });
});
