/**
 * The sealed paper: fetched before T0, opened by the key that the bulletin carries from T0 on (DESIGN §7).
 * AES-256-GCM; the exam's id is bound to the ciphertext as additional data.
 */
import type { Paper, PublicPaper, Question } from "../generated/api";
import { fromBase64, fromHex, sha256 } from "./base64";
import { PaperBroken } from "./errors";
import type { Http } from "./http";

type Bytes = Uint8Array<ArrayBuffer>;

const TIMEOUT_MS = 20_000;

/**
 * The ciphertext, if it is the one that the bulletin names.
 *
 * @throws Unreachable, PaperBroken
 */
export async function fetchSealed(http: Http, publicationsUrl: string, paper: PublicPaper): Promise<Bytes> {
  const url = `${publicationsUrl}/${paper.url_path}`;
  const answer = await http({ method: "GET", url, headers: {}, timeoutMs: TIMEOUT_MS });
  if (answer.status !== 200) throw new PaperBroken();
  const sealed = await answer.bytes();
  if (!(await isTheSealed(sealed, paper))) throw new PaperBroken();
  return sealed;
}

/** Whether a ciphertext, kept since before a reload, is the one that the bulletin names. */
export async function isTheSealed(sealed: Bytes, paper: PublicPaper): Promise<boolean> {
  return (await sha256(sealed)) === paper.sha256;
}

/**
 * The questions; null while the bulletin has no key.
 *
 * @throws PaperBroken when the key is not the paper's, or what it opens is no paper
 */
export async function openPaper(sealed: Bytes, paper: PublicPaper, examId: string): Promise<Paper | null> {
  if (paper.key === null) return null;
  try {
    const key = await crypto.subtle.importKey("raw", fromHex(paper.key), "AES-GCM", false, ["decrypt"]);
    const iv = fromBase64(paper.nonce);
    const additionalData = new TextEncoder().encode(examId);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed);
    const opened = JSON.parse(new TextDecoder().decode(plain)) as Paper;
    if (!Array.isArray(opened.questions) || opened.questions.length === 0) throw new Error("no questions");
    return opened;
  } catch (cause) {
    throw new PaperBroken({ cause });
  }
}

/** When a question is shown, answered and over, as absolute instants in Unix ms. */
export interface Turn {
  readonly question: Question;
  readonly shownAt: number;
  readonly answerAt: number;
  readonly endsAt: number;
}

/** One after another where questions are timed; else each has the whole exam. */
export function timetable(questions: readonly Question[], startsAt: number, endsAt: number): Turn[] {
  let begin = startsAt;
  return questions.map((question) => {
    if (question.answer_s === null) return { question, shownAt: startsAt, answerAt: startsAt, endsAt };
    const shownAt = begin;
    const answerAt = shownAt + (question.preparation_s ?? 0) * 1000;
    begin = answerAt + question.answer_s * 1000;
    return {
      question,
      shownAt: Math.min(shownAt, endsAt),
      answerAt: Math.min(answerAt, endsAt),
      endsAt: Math.min(begin, endsAt),
    };
  });
}

/** The turns that are on at a time: one where questions are timed, all where they are not. */
export function turnsAt(turns: readonly Turn[], nowMs: number): Turn[] {
  return turns.filter((turn) => nowMs >= turn.shownAt && nowMs < turn.endsAt);
}
