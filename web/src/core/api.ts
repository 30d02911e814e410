/**
 * The API, typed by its routes: `api.call("POST /sitting/enter")`.
 *
 * Every call with a token carries a fresh proof of possession. Calls that the server takes as one when they come
 * twice are repeated with backoff and jitter; a stale proof corrects the clock; an expired token is resumed by the
 * device's key. What remains is thrown as a typed error with the server's own sentences.
 */
import { CONTENT_TYPES, type Route, type Routes } from "../generated/api";
import { type Backoff, readRetryAfter, waitMs } from "./backoff";
import type { ServerClock } from "./clock";
import { ApiError, ClientError, isPassing, Unreachable } from "./errors";
import { fetchHttp, type Http, type HttpAnswer } from "./http";
import { PROOF_HEADER, proofOf, type Signer } from "./proof";
import { type Random, type Sleep, sleep } from "./time";

export type Answer<R extends Route> = Routes[R]["answer"];
export type Body<R extends Route> = Routes[R]["body"];

/** What a route wants: its path's parameters and its body, if it has such. */
export type Asked<R extends Route> = (Routes[R]["parameters"] extends undefined
  ? { readonly parameters?: undefined }
  : { readonly parameters: Routes[R]["parameters"] }) &
  (Body<R> extends undefined ? { readonly body?: undefined } : { readonly body: Body<R> }) & {
    readonly query?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  };

type Needless<R extends Route> = Routes[R]["parameters"] extends undefined
  ? Body<R> extends undefined
    ? true
    : false
  : false;

/** The session of the moment, and how to renew its token when the server no longer takes it. */
export interface Credentials {
  token(): string | null;
  /** @returns whether there is a fresh token now. */
  resume(): Promise<boolean>;
}

export interface ApiPorts {
  readonly baseUrl: string;
  readonly clock: ServerClock;
  readonly signer: Signer;
  readonly credentials: Credentials;
  readonly http?: Http;
  readonly sleep?: Sleep;
  readonly random?: Random;
}

/** Asked twice, these happen twice. */
const ONCE: ReadonlySet<Route> = new Set<Route>([
  "POST /exams",
  "POST /exams/{exam_id}/face-logins",
  "POST /exams/{exam_id}/logins",
  "POST /sessions/resume",
  "POST /sitting/identity-errors",
  "POST /sitting/phone-link",
  "POST /sittings/{sitting_id}/help",
  "POST /sittings/{sitting_id}/move-session",
  "POST /sittings/{sitting_id}/override",
  "POST /staff/oidc-sessions",
  "POST /staff/password",
  "POST /staff/sessions",
]);
const ATTEMPTS = 4;
const BACKOFF: Backoff = { firstMs: 300, longestMs: 5_000 };
const TIMEOUT_MS = 15_000;

export class ApiClient {
  private readonly http: Http;
  private readonly sleep: Sleep;
  private readonly random: Random;

  constructor(private readonly ports: ApiPorts) {
    this.http = ports.http ?? fetchHttp;
    this.sleep = ports.sleep ?? sleep;
    this.random = ports.random ?? Math.random;
  }

  /**
   * Call a route.
   *
   * @throws ApiError, Unreachable
   */
  async call<R extends Route>(route: R, ...asked: Needless<R> extends true ? [Asked<R>?] : [Asked<R>]): Promise<Answer<R>> {
    const wanted: Wanted = asked[0] ?? {};
    for (let failures = 1; ; failures += 1) {
      try {
        return (await this.mended(route, wanted)) as Answer<R>;
      } catch (error) {
        if (!this.mayRepeat(route, error, failures) || wanted.signal?.aborted) throw error;
        const after = error instanceof ApiError ? error.retryAfterMs : null;
        await this.sleep(waitMs(BACKOFF, failures, this.random, after), wanted.signal);
      }
    }
  }

  /** Ask the server what time it is, once. */
  async askTime(): Promise<void> {
    await this.once("GET /time", {});
  }

  private mayRepeat(route: Route, error: unknown, failures: number): boolean {
    if (ONCE.has(route) || failures >= ATTEMPTS) return false;
    return isPassing(error);
  }

  /** Once, and once more after mending what can be mended without a person. Nothing was done on a 401. */
  private async mended(route: Route, wanted: Wanted): Promise<unknown> {
    try {
      return await this.once(route, wanted);
    } catch (error) {
      if (!(error instanceof ApiError) || !(await this.mend(route, error))) throw error;
      return await this.once(route, wanted);
    }
  }

  private async mend(route: Route, error: ApiError): Promise<boolean> {
    switch (error.code) {
      case "proof_stale":
        await this.askTime();
        return true;
      case "proof_replayed":
        // It was sent twice on the way, and may have been done.
        return !ONCE.has(route);
      case "session_expired":
      case "unauthenticated":
        return route !== "POST /sessions/resume" && (await this.ports.credentials.resume());
      default:
        return false;
    }
  }

  private async once(route: Route, wanted: Wanted): Promise<unknown> {
    const [method, path] = address(route, wanted.parameters);
    const token = this.ports.credentials.token();
    const headers: Record<string, string> = { Accept: "application/json" };
    if (token !== null) {
      headers["Authorization"] = `Bearer ${token}`;
      headers[PROOF_HEADER] = await proofOf(this.ports.signer, { method, path, token }, this.ports.clock.now());
    }
    if (method !== "GET") headers["Content-Type"] = CONTENT_TYPES[route] ?? "application/json";
    const query = wanted.query ? `?${new URLSearchParams(wanted.query).toString()}` : "";
    const sent = this.ports.clock.read();
    const answer = await this.http({
      method,
      url: this.ports.baseUrl + path + query,
      headers,
      body: method === "GET" ? undefined : encoded(wanted.body),
      timeoutMs: TIMEOUT_MS,
      signal: wanted.signal,
    });
    const received = this.ports.clock.read();
    if (answer.status >= 200 && answer.status < 300) {
      const read = readJson(await answer.bytes());
      // Every answer that says what time it is keeps the clock right.
      if (saysNow(read)) this.ports.clock.learn(sent, read.now, received);
      return read;
    }
    throw await refusalOf(answer, this.ports.clock.now());
  }
}

interface Wanted {
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

function address(route: Route, parameters: Readonly<Record<string, string>> = {}): [method: string, path: string] {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ""));
  return [method, path];
}

function encoded(body: unknown): string | Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body ?? {});
}

function readJson(bytes: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    // Half an answer is no answer.
    throw new Unreachable({ cause });
  }
}

function saysNow(read: unknown): read is { now: string } {
  return typeof read === "object" && read !== null && "now" in read && typeof read.now === "string";
}

async function refusalOf(answer: HttpAnswer, nowMs: number): Promise<ClientError> {
  const wait = readRetryAfter(answer.header("Retry-After"), nowMs);
  try {
    const told = JSON.parse(new TextDecoder().decode(await answer.bytes())) as { error: Record<string, unknown> };
    const { code, message_zh: zh, message_en: en, details } = told.error;
    if (typeof code === "string" && typeof zh === "string" && typeof en === "string") {
      return new ApiError(answer.status, code, { zh, en }, (details ?? {}) as Record<string, unknown>, wait);
    }
  } catch {
    // A gateway or proxy answered in the API's place.
  }
  const sentence = {
    zh: `服务器答复异常（${answer.status}），请稍后重试。`,
    en: `The server gave an unexpected answer (${answer.status}). Try again in a moment.`,
  };
  return new ApiError(answer.status, `http_${answer.status}`, sentence, {}, wait);
}
