import { describe, expect, test } from "vitest";
import { currentStep, nextInstant, type Sitting, standing } from "./flow";
import type { Action } from "../generated/flow";

const at = (time: string): number => Date.parse(`2026-03-01T${time}:00Z`);
const wire = (time: string): string => new Date(at(time)).toISOString();

const INSTANTS = {
  schedule_version: 1,
  login_opens_at: wire("08:30"),
  draw_closes_at: wire("08:45"),
  entry_opens_at: wire("08:45"),
  starts_at: wire("09:00"),
  doors_close_at: wire("09:00"),
  ends_at: wire("09:30"),
  finished_at: wire("09:30"),
  uploads_due_at: wire("10:30"),
};
const UNTIL_ENTRY: Action[] = ["login", "read_process", "bind_evidence", "draw_lot", "accept_pledge", "accept_notice"];
const IN_THE_ROOM: Action[] = [...UNTIL_ENTRY, "enter", "confirm_devices", "confirm_identity"];

function sitting(...done: Action[]): Sitting {
  return {
    instants: INSTANTS,
    on_record: Object.fromEntries(done.map((action) => [action, wire("08:40")])),
    allowed_now: [],
    current_step: "login",
  };
}

describe("a window [opens, closes)", () => {
  test("Enter opens on the second and not before", () => {
    const ready = sitting(...UNTIL_ENTRY);

    expect(standing(ready, "enter", at("08:45") - 1)).toEqual({ kind: "too_early", opensAt: at("08:45") });
    expect(standing(ready, "enter", at("08:45"))).toEqual({ kind: "open", closesAt: at("09:00") });
    expect(standing(ready, "enter", at("09:00"))).toEqual({ kind: "too_late", closedAt: at("09:00") });
  });

  test("what comes before is named", () => {
    expect(standing(sitting("login"), "draw_lot", at("08:40"))).toEqual({ kind: "waiting", missing: ["bind_evidence"] });
  });

  test("what is done is done", () => {
    expect(standing(sitting("login"), "login", at("09:10"))).toEqual({ kind: "done" });
  });
});

describe("the clock's own doings", () => {
  test("who has not drawn gets a number when the draw closes", () => {
    const bound = sitting("login", "read_process", "bind_evidence");

    expect(currentStep(bound, at("08:44"))).toBe("draw_lot");
    expect(currentStep(bound, at("08:45"))).toBe("accept_pledge");
  });

  test("waiting ends at T0, answering at the deadline, and then all uploads", () => {
    const inside = sitting(...IN_THE_ROOM);

    expect(currentStep(inside, at("08:59"))).toBe("wait");
    expect(currentStep(inside, at("09:00"))).toBe("answer");
    expect(currentStep(inside, at("09:30"))).toBe("upload");
  });

  test("finishing early ends answering", () => {
    expect(currentStep(sitting(...IN_THE_ROOM, "finish"), at("09:10"))).toBe("upload");
  });

  test("nobody waits into the exam without having confirmed", () => {
    expect(currentStep(sitting(...UNTIL_ENTRY), at("09:05"))).toBe("enter");
  });
});

test("the next instant is the nearest at which anything changes", () => {
  expect(nextInstant(sitting(), at("08:31"))).toBe(at("08:45"));
  expect(nextInstant(sitting(), at("09:00"))).toBe(at("09:30"));
  expect(nextInstant(sitting(), at("10:30"))).toBeNull();
});
