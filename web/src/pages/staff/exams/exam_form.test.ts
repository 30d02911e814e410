import { describe, expect, it } from "vitest";
import { bodyOf, type ExamForm, faultsOf, StartMover, wallsAround } from "./exam_form";

const ZONE = "Asia/Shanghai";
const T0 = Date.UTC(2026, 10, 22, 1, 0);

function aForm(change: Partial<ExamForm> = {}): ExamForm {
  const text = { zh: "文", en: "text" };
  return {
    titleZh: "教师招聘",
    titleEn: "Teachers",
    kind: "formal",
    zone: ZONE,
    hotline: "010-1",
    uploadMinutes: "60",
    segmentSeconds: "120",
    rehearsal: "",
    texts: { process: text, pledge: text, notice: text, consent: { zh: "", en: "" } },
    ...wallsAround(T0, ZONE),
    ...change,
  };
}

describe("the form of an exam", () => {
  it("begins with the usual lead times", () => {
    expect(wallsAround(T0, ZONE)).toEqual({
      login_opens_at: "2026-11-22T08:30",
      draw_closes_at: "2026-11-22T08:45",
      entry_opens_at: "2026-11-22T08:45",
      starts_at: "2026-11-22T09:00",
      ends_at: "2026-11-22T09:30",
    });
  });

  it("moves the others with the start, each with its own lead", () => {
    const walls = { ...wallsAround(T0, ZONE), login_opens_at: "2026-11-22T08:00" };
    expect(new StartMover(walls).move(walls, "2026-11-23T14:00", ZONE)).toEqual({
      login_opens_at: "2026-11-23T13:00",
      draw_closes_at: "2026-11-23T13:45",
      entry_opens_at: "2026-11-23T13:45",
      starts_at: "2026-11-23T14:00",
      ends_at: "2026-11-23T14:30",
    });
  });

  it("moves nothing while the start is half typed, and the others once it is whole", () => {
    const walls = wallsAround(T0, ZONE);
    const mover = new StartMover(walls);
    // As a browser tells of a year that is typed, and of a 31st while the month is changed.
    let typed = walls;
    for (const start of ["0002-11-22T09:00", "0020-11-22T09:00", "0202-11-22T09:00", ""]) {
      typed = mover.move(typed, start, ZONE);
      expect(typed).toEqual({ ...walls, starts_at: start });
    }
    expect(mover.move(typed, "2027-12-22T09:00", ZONE)).toEqual(wallsAround(Date.UTC(2027, 11, 22, 1, 0), ZONE));
  });

  it("becomes the body of the call, in UTC and seconds", () => {
    expect(faultsOf(aForm(), T0 - 1)).toEqual({});
    expect(bodyOf(aForm())).toMatchObject({
      starts_at: "2026-11-22T01:00:00.000Z",
      login_opens_at: "2026-11-22T00:30:00.000Z",
      upload_window_s: 3600,
      rehearsal_required: null,
      consent: null,
    });
  });

  it("names what is wrong where it is wrong", () => {
    const empty = aForm({ titleEn: " ", texts: { ...aForm().texts, pledge: { zh: "", en: "x" } } });
    expect(faultsOf(empty, 0)).toEqual({ titleEn: "needed", "pledge.zh": "needed" });
    const half = aForm({ texts: { ...aForm().texts, consent: { zh: "同意", en: "" } } });
    expect(faultsOf(half, 0)).toEqual({ "consent.en": "needed" });
    expect(faultsOf(aForm({ ends_at: "2026-11-22T09:00" }), 0)).toEqual({ ends_at: "order" });
    expect(faultsOf(aForm({ draw_closes_at: "2026-11-22T08:46" }), 0)).toEqual({ entry_opens_at: "order" });
    expect(faultsOf(aForm({ starts_at: "soon" }), 0)).toEqual({ starts_at: "time" });
    expect(faultsOf(aForm(), T0)).toEqual({ starts_at: "past" });
    expect(faultsOf(aForm({ zone: "Asia/Nowhere" }), 0)).toEqual({ zone: "zone" });
    expect(faultsOf(aForm({ hotline: "12", rehearsal: "the first" }), 0)).toEqual({ hotline: "hotline", rehearsal: "exam" });
    expect(faultsOf(aForm({ uploadMinutes: "1.5", segmentSeconds: "1" }), 0)).toEqual({
      uploadMinutes: "number",
      segmentSeconds: "number",
    });
  });
});
