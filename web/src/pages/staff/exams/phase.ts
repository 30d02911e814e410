/** Where an exam stands, for people: the stored state, and the clock where that says more. */
import { readInstant } from "../../../core/instants";
import type { ExamView } from "../../../generated/api";

export type Phase = "draft" | "published" | "running" | "closed" | "settled" | "cancelled";

export function phaseOf(exam: Pick<ExamView, "state" | "schedule">, nowMs: number): Phase {
  if (exam.state === "draft" || exam.state === "settled" || exam.state === "cancelled") return exam.state;
  if (nowMs < readInstant(exam.schedule.login_opens_at)) return "published";
  return nowMs < readInstant(exam.schedule.ends_at) ? "running" : "closed";
}

export const PHASE_TAG: Readonly<Record<Phase, "info" | "success" | "warning" | "primary" | "danger">> = {
  draft: "info",
  published: "primary",
  running: "success",
  closed: "warning",
  settled: "info",
  cancelled: "danger",
};
