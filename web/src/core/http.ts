/** HTTP as a port: one request, one answer, and `Unreachable` when none came. */
import { Unreachable } from "./errors";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | null;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** @throws Unreachable when no whole answer came in time. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

/** HTTP by fetch: no cookies, no redirects, and the whole answer within the time. */
export const fetchHttp: Http = async (request) => {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const late = setTimeout(abort, request.timeoutMs);
  request.signal?.addEventListener("abort", abort, { once: true });
  if (request.signal?.aborted) abort();
  try {
    const answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      // Chromium takes megabytes several times as fast from a Blob as from an array.
      body: request.body instanceof Uint8Array ? new Blob([request.body]) : (request.body ?? null),
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: controller.signal,
    });
    const body = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, header: (name) => answer.headers.get(name), bytes: () => Promise.resolve(body) };
  } catch (cause) {
    throw new Unreachable({ cause });
  } finally {
    clearTimeout(late);
    request.signal?.removeEventListener("abort", abort);
  }
};
