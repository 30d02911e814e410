/** The form of a new exam: instants as wall clocks of the exam's zone, with the usual lead times. */
import { wireInstant } from "../../../core/instants";
import type { CreateExam, ExamKind } from "../../../generated/api";
import { instantOfWall, knowsZone, wallOf } from "../shell/zone";

export const INSTANTS = ["login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at"] as const;
export type InstantName = (typeof INSTANTS)[number];
export type Walls = Record<InstantName, string>;

export const TEXTS = ["process", "pledge", "notice", "consent"] as const;
export type TextName = (typeof TEXTS)[number];

export interface ExamForm extends Walls {
  titleZh: string;
  titleEn: string;
  kind: ExamKind;
  zone: string;
  hotline: string;
  uploadMinutes: string;
  segmentSeconds: string;
  rehearsal: string;
  texts: Record<TextName, { zh: string; en: string }>;
}

export type FaultKind = "needed" | "time" | "order" | "past" | "zone" | "number" | "hotline" | "exam";
/** What is wrong, by field; texts are named `process.zh`. */
export type Faults = Readonly<Record<string, FaultKind>>;

const MINUTE_MS = 60_000;
const SHORTEST_HOTLINE = 3;
const LEADS_MS: Readonly<Record<InstantName, number>> = {
  login_opens_at: -30 * MINUTE_MS,
  draw_closes_at: -15 * MINUTE_MS,
  entry_opens_at: -15 * MINUTE_MS,
  starts_at: 0,
  ends_at: 30 * MINUTE_MS,
};

/** Instants around a start, with the usual lead times and half an hour to answer. */
export function wallsAround(startsAt: number, zone: string): Walls {
  return mapWalls((name) => wallOf(startsAt + LEADS_MS[name], zone));
}

/**
 * The other instants move with the start, each keeping its lead. While somebody types, a start may name no day at all,
 * or one of the year 20: the others wait, and go with the next that does.
 */
export class StartMover {
  /** The start that the others belong to. */
  private from: string;

  constructor({ starts_at }: Walls) {
    this.from = starts_at;
  }

  move(walls: Walls, startsAt: string, zone: string): Walls {
    const from = instantOfWall(this.from, zone);
    const to = instantOfWall(startsAt, zone);
    if (to === null) return { ...walls, starts_at: startsAt };
    this.from = startsAt;
    if (from === null) return { ...walls, starts_at: startsAt };
    return mapWalls((name) => {
      const at = instantOfWall(walls[name], zone);
      if (name === "starts_at") return startsAt;
      return at === null ? walls[name] : wallOf(at + to - from, zone);
    });
  }
}

/** What is wrong with the instants: login < draw closes ≤ entry < start < end. */
export function faultsOfWalls(walls: Walls, zone: string): Faults {
  const faults: Record<string, FaultKind> = {};
  const at = INSTANTS.map((name) => instantOfWall(walls[name], zone));
  INSTANTS.forEach((name, index) => {
    const [mine, before] = [at[index], at[index - 1]];
    if (mine === null || mine === undefined) faults[name] = "time";
    else if (before !== null && before !== undefined && (name === "entry_opens_at" ? before > mine : before >= mine)) {
      faults[name] = "order";
    }
  });
  return faults;
}

export function faultsOf(form: ExamForm, nowMs: number): Faults {
  if (!knowsZone(form.zone)) return { zone: "zone" };
  const faults: Record<string, FaultKind> = { ...faultsOfWalls(form, form.zone) };
  for (const name of ["titleZh", "titleEn", "hotline"] as const) if (form[name].trim() === "") faults[name] = "needed";
  if (!faults["hotline"] && form.hotline.trim().length < SHORTEST_HOTLINE) faults["hotline"] = "hotline";
  if (!/^([\w-]{4,80})?$/.test(form.rehearsal.trim())) faults["rehearsal"] = "exam";
  for (const name of TEXTS) {
    if (name === "consent" && isEmpty(form.texts.consent)) continue;
    for (const language of ["zh", "en"] as const) {
      if (form.texts[name][language].trim() === "") faults[`${name}.${language}`] = "needed";
    }
  }
  if (!isWhole(form.uploadMinutes, 0, 48 * 60)) faults["uploadMinutes"] = "number";
  if (!isWhole(form.segmentSeconds, 2, 600)) faults["segmentSeconds"] = "number";
  const starts = instantOfWall(form.starts_at, form.zone);
  if (starts !== null && starts <= nowMs && !faults["starts_at"]) faults["starts_at"] = "past";
  return faults;
}

/** The body for `POST /exams`; the form must be without faults. */
export function bodyOf(form: ExamForm): CreateExam {
  return {
    title_zh: form.titleZh.trim(),
    title_en: form.titleEn.trim(),
    kind: form.kind,
    zone: form.zone,
    hotline: form.hotline.trim(),
    ...wireOf(form, form.zone),
    upload_window_s: Number(form.uploadMinutes) * 60,
    segment_seconds: Number(form.segmentSeconds),
    rehearsal_required: form.rehearsal.trim() || null,
    process: form.texts.process,
    pledge: form.texts.pledge,
    notice: form.texts.notice,
    consent: isEmpty(form.texts.consent) ? null : form.texts.consent,
  };
}

/** Walls as the wire has instants; they must name such. */
export function wireOf(walls: Walls, zone: string): Record<InstantName, string> {
  return mapWalls((name) => wireInstant(instantOfWall(walls[name], zone) ?? Number.NaN));
}

/** Without a consent text of its own an exam has viva's. */
function isEmpty({ zh, en }: { zh: string; en: string }): boolean {
  return zh.trim() === "" && en.trim() === "";
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
}

function mapWalls(make: (name: InstantName) => string): Walls {
  return Object.fromEntries(INSTANTS.map((name) => [name, make(name)])) as Walls;
}
