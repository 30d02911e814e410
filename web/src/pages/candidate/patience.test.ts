import { expect, test } from "vitest";
import type { SittingView } from "../../generated/api";
import { patienceMs } from "./patience";
import type { Facts } from "./state";

const T0 = Date.parse("2026-05-10T01:00:00Z");
const at = (minutes: number): string => new Date(T0 + minutes * 60_000).toISOString();

function facts(minutes: number, done: readonly string[], lot_number: number | null): Facts {
  const sitting = {
    on_record: Object.fromEntries(done.map((step) => [step, at(-29)])),
    current_step: "login",
    allowed_now: [],
    ending: "under_way",
    lot_number,
    instants: {
      schedule_version: 1,
      login_opens_at: at(-30),
      draw_closes_at: at(-15),
      entry_opens_at: at(-15),
      starts_at: at(0),
      doors_close_at: at(0),
      ends_at: at(20),
      finished_at: at(20),
      uploads_due_at: at(80),
    },
  } as unknown as SittingView;
  return {
    nowMs: T0 + minutes * 60_000,
    examId: "exam_1",
    bulletin: null,
    session: "held",
    sitting,
    admission: null,
    deviceChecked: true,
  };
}

const IN_ROOM = [
  "login",
  "read_process",
  "bind_evidence",
  "draw_lot",
  "accept_pledge",
  "accept_notice",
  "enter",
  "confirm_devices",
  "confirm_identity",
];

test("nobody asks because the exam begins: who waits, waits as usual", () => {
  const before = patienceMs(facts(-0.001, IN_ROOM, 7), () => 0.5);
  const long = patienceMs(facts(-10, IN_ROOM, 7), () => 0.5);
  expect(before).toBe(long);
});

test("a phone that is being bound is looked for every few seconds", () => {
  expect(patienceMs(facts(-20, ["login", "read_process"], null), () => 0.5)).toBeLessThan(5_000);
});

test("a lot that is given when the draw closes is asked for soon after, by each at another moment", () => {
  const waiting = facts(-15.1, ["login", "read_process", "bind_evidence"], null);
  const early = patienceMs(waiting, () => 0);
  const late = patienceMs(waiting, () => 1);
  expect(early).toBeGreaterThanOrEqual(6_000);
  expect(late).toBeGreaterThan(early);
  expect(late).toBeLessThan(11_000);
});
