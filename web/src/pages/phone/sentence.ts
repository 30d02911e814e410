/** A sentence for whatever went wrong. */
import { ClientError, type Sentence } from "../../core/errors";

export function sentenceOf(error: unknown): Sentence {
  if (error instanceof ClientError) return error.sentence;
  reportError(error);
  return { zh: "页面出现问题，正在重试；如持续出现，请刷新页面。", en: "Something went wrong; trying again. If it persists, reload the page." };
}
