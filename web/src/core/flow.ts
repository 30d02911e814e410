/** The flow as the page asks it: may this be done now, when does it open, which step is it? */
import type { Schedule, SittingView } from "../generated/api";
import { type Action, type Instant, REASONS, RULES, type Rule, STEPS, type Step } from "../generated/flow";
import type { Sentence } from "./errors";
import { readInstant } from "./instants";

export type { Action, Step };
export { STEPS };

const RULE = new Map<Action, Rule>(RULES.map((rule) => [rule.action, rule]));

/** The part of a sitting's view that the flow looks at. */
export type Sitting = Pick<SittingView, "instants" | "on_record" | "allowed_now" | "current_step">;

export type Standing =
  | { readonly kind: "open"; readonly closesAt: number | null }
  | { readonly kind: "done" }
  | { readonly kind: "too_early"; readonly opensAt: number }
  | { readonly kind: "too_late"; readonly closedAt: number }
  | { readonly kind: "waiting"; readonly missing: readonly Action[] };

/** The rule of an action, with its names. */
export function ruleOf(action: Action): Rule {
  const rule = RULE.get(action);
  if (!rule) throw new RangeError(`no action: ${action}`);
  return rule;
}

export function nameOf(action: Action): Sentence {
  const { zh, en } = ruleOf(action);
  return { zh, en };
}

export function reasonSentence(reason: string): Sentence | null {
  return REASONS[reason] ?? null;
}

/** From when nobody comes in any more: T0, and the end of a rehearsal. */
export function doorsCloseAt(schedule: Schedule): string {
  return schedule.late_entry ? schedule.ends_at : schedule.starts_at;
}

/** A candidate's own instant in Unix ms. */
export function instantOf(sitting: Sitting, instant: Instant): number {
  return readInstant(sitting.instants[instant]);
}

/**
 * How an action stands at a time, by the last view and the clock. The server decides; this is what a page shows
 * between two answers, so that a button opens on the second.
 */
export function standing(sitting: Sitting, action: Action, nowMs: number): Standing {
  const rule = ruleOf(action);
  if (rule.isStep && isDone(sitting, action, nowMs)) return { kind: "done" };
  const closesAt = rule.closes && instantOf(sitting, rule.closes);
  if (closesAt !== null && nowMs >= closesAt) return { kind: "too_late", closedAt: closesAt };
  const opensAt = rule.opens && instantOf(sitting, rule.opens);
  if (opensAt !== null && nowMs < opensAt) return { kind: "too_early", opensAt };
  const missing = rule.after.filter((before) => !isDone(sitting, before, nowMs));
  if (missing.length > 0) return { kind: "waiting", missing };
  return { kind: "open", closesAt };
}

/** Whether an action is done, as recorded or by the clock. */
export function isDone(sitting: Sitting, action: Action, nowMs: number): boolean {
  if (action in sitting.on_record) return true;
  const rule = ruleOf(action);
  if (action === "answer" && isDone(sitting, "finish", nowMs)) return true;
  if (rule.happensAt === null || nowMs < instantOf(sitting, rule.happensAt)) return false;
  return rule.after.every((before) => isDone(sitting, before, nowMs));
}

/** The first step that is not done; the device check is never in the way. */
export function currentStep(sitting: Sitting, nowMs: number): Step {
  // What only a verdict ends, the server alone knows to be over.
  if (sitting.current_step === "done") return "done";
  return STEPS.slice(1).find((step) => !isDone(sitting, step, nowMs)) ?? "done";
}

/** The next instant after `nowMs` at which something opens, closes or happens by itself: look again then. */
export function nextInstant(sitting: Sitting, nowMs: number): number | null {
  const ahead = RULES.flatMap((rule) => [rule.opens, rule.closes, rule.happensAt])
    .filter((instant) => instant !== null)
    .map((instant) => instantOf(sitting, instant))
    .filter((at) => at > nowMs);
  return ahead.length > 0 ? Math.min(...ahead) : null;
}
