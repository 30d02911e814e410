/**
 * What a candidate sees, as a function of facts: the last views of the server, the clock, what this browser holds.
 * No page decides by itself where the candidate stands.
 */
import { currentStep, doorsCloseAt, instantOf, isDone, type Sitting } from "../../core/flow";
import { readInstant } from "../../core/instants";
import type { Bulletin, SittingView } from "../../generated/api";
import type { Action, Step } from "../../generated/flow";

/** A request for manual admission that this browser has made. */
export interface Admission {
  readonly invitationId: string;
  readonly secret: string;
  readonly ticketNo: string;
}

export interface Facts {
  readonly nowMs: number;
  /** Of the address; null when it names none. */
  readonly examId: string | null;
  readonly bulletin: Bulletin | null;
  /** `moved`: the exam goes on on another device, and this one delivers; `lost`: the session was ended. */
  readonly session: "unknown" | "none" | "held" | "moved" | "lost";
  readonly sitting: SittingView | null;
  readonly admission: Admission | null;
  /** In this browser, before or after the login. */
  readonly deviceChecked: boolean;
}

/** A step of the flow, or a place beside it. */
export type Screen =
  | { readonly name: "no_exam" | "loading" | "cancelled" | "session_lost" | "session_moved" | "waiting_admission" | "missed" }
  | { readonly name: "login_not_open"; readonly opensAt: number }
  | { readonly name: "login_closed"; readonly closedAt: number }
  | { readonly name: Step };

/** Steps that must be behind a candidate when the doors close, or the exam is missed. */
const BEFORE_START: ReadonlySet<Step> = new Set<Step>([
  "login",
  "read_process",
  "bind_evidence",
  "draw_lot",
  "accept_pledge",
  "accept_notice",
  "enter",
  "confirm_devices",
  "confirm_identity",
]);

export function screenOf(facts: Facts): Screen {
  if (facts.examId === null) return { name: "no_exam" };
  if (facts.session === "unknown") return { name: "loading" };
  if (facts.session === "lost") return { name: "session_lost" };
  if (facts.session === "moved") return { name: "session_moved" };
  return facts.session === "held" ? screenInside(facts) : screenOutside(facts);
}

function screenOutside({ bulletin, nowMs, admission, deviceChecked }: Facts): Screen {
  if (bulletin === null) return { name: "loading" };
  if (bulletin.schedule.cancelled_at !== null) return { name: "cancelled" };
  const opensAt = readInstant(bulletin.schedule.login_opens_at);
  const closedAt = readInstant(doorsCloseAt(bulletin.schedule));
  if (nowMs >= closedAt) return { name: "login_closed", closedAt };
  if (admission !== null) return { name: "waiting_admission" };
  if (!deviceChecked) return { name: "check_device" };
  return nowMs < opensAt ? { name: "login_not_open", opensAt } : { name: "login" };
}

function screenInside({ sitting, bulletin, nowMs }: Facts): Screen {
  if (sitting === null) return { name: "loading" };
  if (isCancelled(sitting, bulletin)) return { name: "cancelled" };
  if (sitting.current_step === "done") return { name: "done" };
  if (sitting.ending === "missed" || sitting.ending === "absent") return { name: "missed" };
  const step = currentStep(sitting, nowMs);
  if (BEFORE_START.has(step)) {
    return nowMs >= instantOf(sitting, "doors_close_at") ? { name: "missed" } : { name: step };
  }
  // Between the deadline and the server's word the clock has finished it.
  return { name: step === "finish" ? "upload" : step };
}

function isCancelled(sitting: SittingView, bulletin: Bulletin | null): boolean {
  return sitting.ending === "cancelled" || (bulletin !== null && bulletin.schedule.cancelled_at !== null);
}

/** A sitting by the newer schedule, where the bulletin has one: what is common reaches us even while the API is away. */
export function bySchedule(sitting: SittingView, bulletin: Bulletin | null, extraMs: number): SittingView {
  if (bulletin === null || bulletin.schedule.version <= sitting.instants.schedule_version) return sitting;
  const { schedule } = bulletin;
  const endsAt = readInstant(schedule.ends_at) + extraMs;
  const finished = sitting.on_record["finish"];
  const finishedAt = finished === undefined ? endsAt : readInstant(finished);
  return {
    ...sitting,
    instants: {
      schedule_version: schedule.version,
      login_opens_at: schedule.login_opens_at,
      draw_closes_at: schedule.draw_closes_at,
      entry_opens_at: schedule.entry_opens_at,
      starts_at: schedule.starts_at,
      doors_close_at: doorsCloseAt(schedule),
      ends_at: new Date(endsAt).toISOString(),
      finished_at: new Date(finishedAt).toISOString(),
      uploads_due_at: new Date(finishedAt + schedule.upload_window_s * 1000).toISOString(),
    },
  };
}

/** The candidate's own extra time, when both views are of the same schedule; else what was known before. */
export function extraTimeMs(sitting: SittingView, bulletin: Bulletin | null, knownMs: number): number {
  if (bulletin?.schedule.version !== sitting.instants.schedule_version) return knownMs;
  return readInstant(sitting.instants.ends_at) - readInstant(bulletin.schedule.ends_at);
}

/**
 * Whether camera and screen are to be recorded now: from entering until the candidate's own end. An exam that was
 * missed or cancelled is recorded no further.
 */
export function mustRecord(facts: Facts): boolean {
  const { sitting, nowMs } = facts;
  if (facts.session !== "held" || sitting === null || !("enter" in sitting.on_record)) return false;
  const { name } = screenOf(facts);
  if (name === "missed" || name === "cancelled" || name === "done") return false;
  return !isDone(sitting, "finish", nowMs);
}

/** Whether a recording that this browser made is over, so that its last segment can be told to the server. */
export function recordingIsOver(facts: Facts): boolean {
  const { sitting } = facts;
  return facts.session === "held" && sitting !== null && "enter" in sitting.on_record && !mustRecord(facts);
}

export interface RailStep {
  readonly action: Action;
  readonly state: "done" | "current" | "ahead";
}

/** What the candidate's way is shown as; waiting and finishing are no steps that one takes. */
const SHOWN: readonly Step[] = [
  "check_device",
  "login",
  "read_process",
  "bind_evidence",
  "draw_lot",
  "accept_pledge",
  "accept_notice",
  "enter",
  "confirm_devices",
  "confirm_identity",
  "answer",
  "upload",
];

const SHOWN_AS: Readonly<Partial<Record<Screen["name"], Step>>> = {
  login_not_open: "login",
  waiting_admission: "login",
  wait: "answer",
  finish: "upload",
};

/** The way, for the rail; empty where there is none to go. */
export function railOf(screen: Screen, sitting: Sitting | null, nowMs: number): RailStep[] {
  const current = SHOWN_AS[screen.name] ?? (screen.name as Step);
  if (screen.name === "done") return SHOWN.map((action) => ({ action, state: "done" }));
  const at = SHOWN.indexOf(current);
  if (at < 0) return [];
  return SHOWN.map((action, place) => {
    if (place === at) return { action, state: "current" };
    const done = place < at || (sitting !== null && isDone(sitting, action, nowMs));
    return { action, state: done ? "done" : "ahead" };
  });
}
