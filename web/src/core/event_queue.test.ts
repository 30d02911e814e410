import { beforeEach, expect, test } from "vitest";
import type { IntegrityEvent } from "../generated/api";
import { ApiError, Unreachable } from "./errors";
import { EventQueue } from "./event_queue";
import { FakeTime } from "./testing/time";

let time: FakeTime;
let kept: string | null;
let told: IntegrityEvent[][];
let fails: Error | null;

beforeEach(() => {
  time = new FakeTime();
  kept = null;
  told = [];
  fails = null;
});

/** The queue of a page on the same device. */
function page(): EventQueue {
  return new EventQueue({
    report: async (events) => {
      if (fails) throw fails;
      told.push([...events]);
    },
    store: { load: () => kept, save: (text) => void (kept = text) },
    now: time.now,
    sleep: time.sleep,
    random: () => 0.5,
  });
}

const numbers = (): number[] => told.flat().map((event) => event.event_no);

test("events are told in order, in batches of a hundred", async () => {
  const queue = page();
  for (let at = 0; at < 150; at += 1) queue.note("focus_lost");

  await queue.flush();

  expect(told.map((batch) => batch.length)).toEqual([100, 50]);
  expect(numbers()).toEqual(Array.from({ length: 150 }, (_, at) => at + 1));
});

test("what was not told before a crash is told after it, and numbers go on", async () => {
  fails = new Unreachable();
  const before = page();
  before.note("hidden", { for_ms: 1_200 });
  await expect(before.flush()).rejects.toBe(fails);

  fails = null;
  const after = page();
  after.note("visible");
  await after.flush();

  expect(told.flat()).toMatchObject([
    { event_no: 1, kind: "hidden", details: { for_ms: 1_200 }, at: "2026-03-01T01:00:00.000Z" },
    { event_no: 2, kind: "visible" },
  ]);
});

test("an hour offline loses nothing and asks seldom", async () => {
  const queue = page();
  const over = new AbortController();
  fails = new Unreachable();
  void queue.run(over.signal);
  for (let minute = 0; minute < 60; minute += 1) {
    queue.note("paste");
    await time.pass(60_000);
  }

  fails = null;
  queue.hurry();
  await time.pass(0);
  over.abort();

  expect(numbers()).toHaveLength(60);
});

test("what the server refuses for good does not stand in the way", async () => {
  const queue = page();
  queue.note("copy");
  fails = new ApiError(409, "step_refused", { zh: "已截止", en: "over" }, { reason: "too_late" });

  await queue.flush();

  expect(queue.pending).toEqual([]);
});

test("an event noted while a batch is on its way is kept for the next", async () => {
  const queue = page();
  queue.note("copy");
  const flying = queue.flush();
  queue.note("paste");
  await flying;

  expect(numbers()).toEqual([1, 2]);
});

test("a store that was spoilt does not reuse numbers", async () => {
  kept = '{"nextNo": 7, "pend';
  const queue = page();
  queue.note("copy");

  await queue.flush();

  expect(numbers()[0]).toBeGreaterThan(1_000);
});
