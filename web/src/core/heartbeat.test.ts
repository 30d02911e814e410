import { expect, test } from "vitest";
import type { Pulse } from "../generated/api";
import { Unreachable } from "./errors";
import { Heartbeats } from "./heartbeat";
import { FakeTime } from "./testing/time";

const PULSE = { now: "", session_expires_at: "", schedule_version: 2, ends_at: "", uploads_due_at: "", phone: null };

test("beats go on through an outage, and what changed is told", async () => {
  const time = new FakeTime();
  const over = new AbortController();
  const pulses: Pulse[] = [];
  const errors: Error[] = [];
  let online = false;
  const beats = new Heartbeats({
    beat: async () => {
      if (!online) throw new Unreachable();
      return PULSE;
    },
    facts: async () => ({ recording: true }),
    onPulse: (pulse) => pulses.push(pulse),
    onError: (error) => errors.push(error),
    sleep: time.sleep,
    random: () => 0.5,
  });

  void beats.run(over.signal);
  await time.pass(60_000);
  online = true;
  beats.hurry();
  await time.pass(0);
  over.abort();

  expect(errors).toHaveLength(5);
  expect(pulses).toEqual([PULSE]);
});
