/** The console's places and who works there. What a role has no use for is neither shown nor loaded. */
import { type Component, defineAsyncComponent } from "vue";
import type { StaffRole } from "./desk";

export interface Place {
  readonly name: string;
  readonly roles: readonly StaffRole[];
  readonly page: Component;
}

const page = (load: () => Promise<Component>): Component => defineAsyncComponent(load);
const module = (load: Promise<{ default: Component }>): Promise<Component> => load.then((loaded) => loaded.default);

/** Places of the whole console. */
export const PLACES: readonly Place[] = [
  { name: "exams", roles: ["officer", "proctor", "support", "grader"], page: page(() => module(import("../exams/ExamsPage.vue"))) },
  { name: "staff", roles: ["support", "officer"], page: page(() => module(import("../support/StaffPage.vue"))) },
  { name: "account", roles: ["officer", "proctor", "support", "grader"], page: page(() => module(import("../account/AccountPage.vue"))) },
];

export const CREATE_EXAM = page(() => module(import("../exams/CreateExamPage.vue")));
export const EXAM = page(() => module(import("../exams/ExamPage.vue")));

/** Places within an exam, in the order of the day. */
export const EXAM_PLACES: readonly Place[] = [
  { name: "overview", roles: ["officer", "proctor", "support"], page: page(() => module(import("../exams/OverviewPanel.vue"))) },
  { name: "roster", roles: ["officer"], page: page(() => module(import("../exams/RosterPanel.vue"))) },
  { name: "photos", roles: ["officer", "support"], page: page(() => module(import("../exams/PhotosPanel.vue"))) },
  { name: "paper", roles: ["officer"], page: page(() => module(import("../exams/PaperPanel.vue"))) },
  { name: "schedule", roles: ["officer"], page: page(() => module(import("../exams/SchedulePanel.vue"))) },
  { name: "board", roles: ["proctor", "support", "officer"], page: page(() => module(import("../board/BoardPage.vue"))) },
  { name: "inbox", roles: ["proctor"], page: page(() => module(import("../room/InboxPage.vue"))) },
  { name: "admissions", roles: ["proctor"], page: page(() => module(import("../room/AdmissionsPage.vue"))) },
  { name: "announcements", roles: ["proctor", "officer"], page: page(() => module(import("../room/AnnouncePage.vue"))) },
  { name: "locked", roles: ["support", "proctor"], page: page(() => module(import("../support/LockedPage.vue"))) },
  { name: "report", roles: ["officer", "support"], page: page(() => module(import("../exams/ReportPanel.vue"))) },
  { name: "lots", roles: ["grader"], page: page(() => module(import("../grader/LotsPage.vue"))) },
  { name: "audit", roles: ["officer", "support"], page: page(() => module(import("../exams/AuditPanel.vue"))) },
];

/** A sitting has its place within its exam, but is reached from the board, not from the menu. */
export const SITTING: Place = {
  name: "sitting",
  roles: ["proctor", "support", "officer"],
  page: page(() => module(import("../sitting/SittingPage.vue"))),
};

/** Where a role begins in an exam. */
export const FIRST: Readonly<Record<StaffRole, string>> = {
  officer: "overview",
  proctor: "board",
  support: "board",
  grader: "lots",
};
