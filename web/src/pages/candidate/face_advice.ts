/** What the server's gates found in the pictures, with what to do. */
import type { ApiError, Sentence } from "../../core/errors";

export function adviceOf(refusal: ApiError | null): Sentence[] {
  const reasons = refusal?.details["reasons"];
  if (!Array.isArray(reasons)) return [];
  return reasons.filter(isSentence).map(({ zh, en }) => ({ zh, en }));
}

function isSentence(reason: unknown): reason is Sentence {
  const { zh, en } = (reason ?? {}) as Partial<Sentence>;
  return typeof zh === "string" && typeof en === "string";
}
