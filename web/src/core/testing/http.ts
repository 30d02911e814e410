/** HTTP without a network: a test says what comes back, and looks at what was asked. */
import { Unreachable } from "../errors";
import type { Http, HttpAnswer, HttpRequest } from "../http";

export type Reply = (request: HttpRequest) => HttpAnswer;

export class FakeHttp {
  readonly asked: HttpRequest[] = [];
  private readonly replies: Reply[] = [];

  constructor(private readonly otherwise: Reply = () => json(200, {})) {}

  /** What the next calls get, in order. */
  next(...replies: Reply[]): void {
    this.replies.push(...replies);
  }

  readonly http: Http = async (request) => {
    this.asked.push(request);
    return (this.replies.shift() ?? this.otherwise)(request);
  };
}

export function answer(status: number, bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): HttpAnswer {
  return { status, header: (name) => headers[name] ?? null, bytes: async () => bytes };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return answer(status, new TextEncoder().encode(JSON.stringify(body)), headers);
}

export function refusal(status: number, code: string, headers: Record<string, string> = {}): HttpAnswer {
  return json(status, { error: { code, message_zh: `拒绝 ${code}`, message_en: `refused ${code}`, details: {} } }, headers);
}

export const noAnswer: Reply = () => {
  throw new Unreachable();
};
