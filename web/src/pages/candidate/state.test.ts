import { describe, expect, it } from "vitest";
import type { Bulletin, SittingView } from "../../generated/api";
import { bySchedule, extraTimeMs, type Facts, mustRecord, railOf, recordingIsOver, screenOf } from "./state";

const T0 = Date.parse("2026-05-10T01:00:00Z");
const MINUTE = 60_000;
const at = (minutes: number): string => new Date(T0 + minutes * MINUTE).toISOString();

const SCHEDULE = {
  version: 1,
  login_opens_at: at(-30),
  draw_closes_at: at(-15),
  entry_opens_at: at(-15),
  starts_at: at(0),
  ends_at: at(20),
  upload_window_s: 3600,
  cancelled_at: null,
  late_entry: false,
};

const BULLETIN: Bulletin = {
  exam_id: "exam_1",
  revision: 3,
  title_zh: "面试",
  title_en: "Interview",
  kind: "formal",
  state: "published",
  zone: "Asia/Shanghai",
  hotline: "400",
  schedule: SCHEDULE,
  lottery: null,
  paper: null,
  consent: { zh: "", en: "", sha256: "" },
  announcements: [],
};

function sitting(done: readonly string[], more: Partial<SittingView> = {}): SittingView {
  return {
    now: at(-20),
    sitting_id: "sit_1",
    exam_id: "exam_1",
    ticket_no: "T1",
    name: "王晓东",
    current_step: "login",
    allowed_now: [],
    on_record: Object.fromEntries(done.map((action) => [action, at(-20)])),
    ending: "under_way",
    lot_number: null,
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
    segment_seconds: 120,
    bulletin_url: "",
    hotline: "400",
    verdict: null,
    receipt: null,
    ...more,
  };
}

const TO_ENTRY = ["login", "read_process", "bind_evidence", "draw_lot", "accept_pledge", "accept_notice"];
const IN_ROOM = [...TO_ENTRY, "enter", "confirm_devices", "confirm_identity"];

function facts(minutes: number, more: Partial<Facts> = {}): Facts {
  return {
    nowMs: T0 + minutes * MINUTE,
    examId: "exam_1",
    bulletin: BULLETIN,
    session: "none",
    sitting: null,
    admission: null,
    deviceChecked: true,
    ...more,
  };
}

const inside = (minutes: number, done: readonly string[], more: Partial<SittingView> = {}): Facts =>
  facts(minutes, { session: "held", sitting: sitting(done, more) });

describe("before the login", () => {
  it("an address without an exam says so", () => {
    expect(screenOf(facts(-60, { examId: null })).name).toBe("no_exam");
  });

  it("devices can be checked at any time, days before too", () => {
    expect(screenOf(facts(-5000, { deviceChecked: false })).name).toBe("check_device");
  });

  it("the login opens and closes on the instant: [T0-30 min, T0)", () => {
    expect(screenOf(facts(-30.001))).toEqual({ name: "login_not_open", opensAt: T0 - 30 * MINUTE });
    expect(screenOf(facts(-30)).name).toBe("login");
    expect(screenOf(facts(-0.001)).name).toBe("login");
    expect(screenOf(facts(0))).toEqual({ name: "login_closed", closedAt: T0 });
  });

  it("from T0 on nobody logs in, who waits for admission neither", () => {
    const admission = { invitationId: "inv", secret: "s", ticketNo: "T1" };
    expect(screenOf(facts(-1, { admission })).name).toBe("waiting_admission");
    expect(screenOf(facts(0, { admission })).name).toBe("login_closed");
  });

  it("a cancelled exam is said to be cancelled", () => {
    const bulletin = { ...BULLETIN, schedule: { ...SCHEDULE, cancelled_at: at(-40) } };
    expect(screenOf(facts(-20, { bulletin })).name).toBe("cancelled");
  });
});

describe("inside", () => {
  it("each step on record leads to the next", () => {
    const order = ["read_process", "bind_evidence", "draw_lot", "accept_pledge", "accept_notice", "enter"];
    order.forEach((step, place) => {
      expect(screenOf(inside(-20, ["login", ...order.slice(0, place)])).name).toBe(step);
    });
  });

  it("who has not drawn is given a number when the draw closes", () => {
    const bound = ["login", "read_process", "bind_evidence"];
    expect(screenOf(inside(-15.001, bound)).name).toBe("draw_lot");
    expect(screenOf(inside(-15, bound)).name).toBe("accept_pledge");
  });

  it("the question comes at T0 by itself, and the end too", () => {
    expect(screenOf(inside(-0.001, IN_ROOM)).name).toBe("wait");
    expect(screenOf(inside(0, IN_ROOM)).name).toBe("answer");
    expect(screenOf(inside(19.999, IN_ROOM)).name).toBe("answer");
    expect(screenOf(inside(20, IN_ROOM)).name).toBe("upload");
  });

  it("who has not reached the waiting page at T0 has missed the exam", () => {
    expect(screenOf(inside(0, [...TO_ENTRY, "enter", "confirm_devices"])).name).toBe("missed");
    expect(screenOf(inside(5, ["login"])).name).toBe("missed");
  });

  it("finishing early leads to the upload at once", () => {
    expect(screenOf(inside(5, [...IN_ROOM, "finish"])).name).toBe("upload");
  });

  it("only the server says that it is done", () => {
    expect(screenOf(inside(90, IN_ROOM)).name).toBe("upload");
    expect(screenOf(inside(30, IN_ROOM, { current_step: "done" })).name).toBe("done");
  });

  it("a session that was ended is over here, whatever was known before", () => {
    expect(screenOf({ ...inside(5, IN_ROOM), session: "lost" }).name).toBe("session_lost");
    expect(screenOf({ ...inside(5, IN_ROOM), session: "moved" }).name).toBe("session_moved");
  });

  it("a session that was moved delivers here, and records no more", () => {
    const moved = { ...inside(5, IN_ROOM), session: "moved" } as const;
    expect(screenOf(moved).name).toBe("session_moved");
    expect(mustRecord(moved)).toBe(false);
    expect(recordingIsOver(moved)).toBe(false);
  });
});

describe("recording", () => {
  it("runs from entering to the candidate's own end, through every page between", () => {
    expect(mustRecord(inside(-10, TO_ENTRY))).toBe(false);
    expect(mustRecord(inside(-10, [...TO_ENTRY, "enter"]))).toBe(true);
    expect(mustRecord(inside(19.999, IN_ROOM))).toBe(true);
    expect(mustRecord(inside(20, IN_ROOM))).toBe(false);
    expect(recordingIsOver(inside(20, IN_ROOM))).toBe(true);
  });

  it("ends with an early finish and with a missed start", () => {
    expect(mustRecord(inside(5, [...IN_ROOM, "finish"]))).toBe(false);
    expect(mustRecord(inside(0, [...TO_ENTRY, "enter"]))).toBe(false);
    expect(recordingIsOver(inside(0, [...TO_ENTRY, "enter"]))).toBe(true);
  });

  it("is not over for who never entered", () => {
    expect(recordingIsOver(inside(25, TO_ENTRY))).toBe(false);
  });
});

describe("a rehearsal", () => {
  const schedule = { ...SCHEDULE, late_entry: true };
  const bulletin = { ...BULLETIN, kind: "rehearsal", schedule };
  const instants = { ...sitting([]).instants, doors_close_at: at(20) };

  it("can be entered until its end, and is answered at once", () => {
    expect(screenOf(facts(19.999, { bulletin })).name).toBe("login");
    expect(screenOf(facts(20, { bulletin }))).toEqual({ name: "login_closed", closedAt: T0 + 20 * MINUTE });
    expect(screenOf({ ...inside(5, TO_ENTRY, { instants }), bulletin }).name).toBe("enter");
    expect(screenOf({ ...inside(5, IN_ROOM, { instants }), bulletin }).name).toBe("answer");
    expect(screenOf({ ...inside(20, TO_ENTRY, { instants }), bulletin }).name).toBe("missed");
  });

  it("keeps its doors open when it is prolonged", () => {
    const longer = { ...bulletin, schedule: { ...schedule, version: 2, ends_at: at(40) } };
    expect(bySchedule(sitting([], { instants }), longer, 0).instants.doors_close_at).toBe(at(40));
  });
});

describe("a schedule that moved", () => {
  const moved: Bulletin = {
    ...BULLETIN,
    revision: 4,
    schedule: { ...SCHEDULE, version: 2, starts_at: at(10), ends_at: at(30) },
  };

  it("is followed from the bulletin while the API is away", () => {
    const followed = bySchedule(sitting(IN_ROOM), moved, 0);
    expect(screenOf(facts(5, { session: "held", sitting: followed })).name).toBe("wait");
    expect(followed.instants.ends_at).toBe(at(30));
    expect(followed.instants.uploads_due_at).toBe(at(90));
  });

  it("takes the candidate's extra time along", () => {
    const longer = sitting(IN_ROOM, { instants: { ...sitting([]).instants, ends_at: at(25) } });
    const extraMs = extraTimeMs(longer, BULLETIN, 0);
    expect(extraMs).toBe(5 * MINUTE);
    expect(extraTimeMs(longer, moved, extraMs)).toBe(5 * MINUTE);
    expect(bySchedule(longer, moved, extraMs).instants.ends_at).toBe(at(35));
  });

  it("does not fall back to an older one", () => {
    const newer = sitting(IN_ROOM, { instants: { ...sitting([]).instants, schedule_version: 2 } });
    expect(bySchedule(newer, BULLETIN, 0)).toBe(newer);
  });
});

describe("the rail", () => {
  it("shows what is behind, where one stands, and what is ahead", () => {
    const view = sitting(["login", "read_process"]);
    const rail = railOf({ name: "bind_evidence" }, view, T0 - 20 * MINUTE);
    expect(rail.filter((step) => step.state === "done").map((step) => step.action)).toEqual([
      "check_device",
      "login",
      "read_process",
    ]);
    expect(rail.find((step) => step.state === "current")?.action).toBe("bind_evidence");
  });

  it("shows waiting as standing before the answer", () => {
    const rail = railOf({ name: "wait" }, sitting(IN_ROOM), T0 - MINUTE);
    expect(rail.find((step) => step.state === "current")?.action).toBe("answer");
  });
});
