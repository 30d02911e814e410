import { beforeEach, describe, expect, test } from "vitest";
import { ApiClient } from "./api";
import { fromBase64, sha256 } from "./base64";
import { ServerClock } from "./clock";
import { ApiError, Unreachable } from "./errors";
import { wireInstant } from "./instants";
import { FakeClocks, FakeSigner } from "./testing/device";
import { FakeHttp, json, noAnswer, refusal } from "./testing/http";
import { FakeTime } from "./testing/time";

let time: FakeTime;
let device: FakeClocks;
let clock: ServerClock;
let signer: FakeSigner;
let server: FakeHttp;
let api: ApiClient;
let token: string | null;
let waits: number[];
let resumes: boolean;

beforeEach(async () => {
  time = new FakeTime();
  device = new FakeClocks(time);
  clock = new ServerClock(device);
  signer = await FakeSigner.make();
  server = new FakeHttp((request) => json(200, request.url.endsWith("/time") ? { now: wireInstant(time.nowMs) } : { ok: true }));
  token = "ses_1.secret";
  waits = [];
  resumes = true;
  api = new ApiClient({
    baseUrl: "https://api.test/stage",
    clock,
    signer,
    http: server.http,
    random: () => 1,
    sleep: async (ms) => void waits.push(ms),
    credentials: {
      token: () => token,
      resume: async () => {
        token = "ses_1.fresh";
        return resumes;
      },
    },
  });
});

const header = (at: number, name: string): string => server.asked[at]?.headers[name] ?? "";

describe("proof of possession", () => {
  test("is signed by the device's key over method, path without stage and query, token, time and a number used once", async () => {
    await api.call("GET /help", { query: { after: "20260301T010000.000000-1" } });

    const [iat = "", jti = "", signature = ""] = header(0, "Viva-Proof").split(".");
    const text = `viva-proof|GET|/help|${await sha256("ses_1.secret")}|${iat}|${jti}`;
    const valid = await crypto.subtle.verify(
      { name: "ECDSA", hash: "SHA-256" },
      signer.pair.publicKey,
      fromBase64(signature),
      new TextEncoder().encode(text),
    );
    expect(valid).toBe(true);
    expect(Number(iat)).toBe(clock.now());
    expect(jti).toMatch(/^[\w-]{22}$/);
    expect(header(0, "Authorization")).toBe("Bearer ses_1.secret");
    expect(server.asked[0]?.url).toBe("https://api.test/stage/help?after=20260301T010000.000000-1");
  });

  test("is made anew for every attempt", async () => {
    server.next(noAnswer, noAnswer);

    await api.call("GET /sitting");

    expect(new Set([0, 1, 2].map((at) => header(at, "Viva-Proof"))).size).toBe(3);
  });

  test("is not sent without a token", async () => {
    token = null;

    await api.call("GET /time");

    expect(header(0, "Viva-Proof")).toBe("");
    expect(header(0, "Authorization")).toBe("");
  });

  test("that is stale corrects the clock and is made again", async () => {
    device.wrongBy = 86_400_000;
    server.next(() => refusal(401, "proof_stale"));

    await api.call("POST /sitting/enter");

    expect(server.asked.map((one) => one.url.split("/stage")[1])).toEqual(["/sitting/enter", "/time", "/sitting/enter"]);
    expect(Number(header(2, "Viva-Proof").split(".")[0])).toBe(time.nowMs);
  });

  test("that stays stale is told, not repeated for ever", async () => {
    server.next(() => refusal(401, "proof_stale"), () => json(200, { now: wireInstant(time.nowMs) }), () => refusal(401, "proof_stale"));

    await expect(api.call("GET /sitting")).rejects.toMatchObject({ code: "proof_stale" });
  });
});

describe("a proof that the server has seen", () => {
  test("is made anew for what may happen twice", async () => {
    server.next(() => refusal(401, "proof_replayed"));

    await api.call("POST /sitting/enter");

    expect(server.asked).toHaveLength(2);
  });

  test("is told for what may not", async () => {
    server.next(() => refusal(401, "proof_replayed"));

    await expect(api.call("POST /sitting/identity-errors", { body: { text: "姓名有误" } })).rejects.toMatchObject({ code: "proof_replayed" });
    expect(server.asked).toHaveLength(1);
  });
});

describe("an expired token", () => {
  test("is resumed by the device's key, and the call made again", async () => {
    server.next(() => refusal(401, "session_expired"));

    await api.call("POST /sitting/finish");

    expect(header(1, "Authorization")).toBe("Bearer ses_1.fresh");
  });

  test("that cannot be resumed is told", async () => {
    resumes = false;
    server.next(() => refusal(401, "session_expired"));

    await expect(api.call("GET /sitting")).rejects.toMatchObject({ code: "session_expired", status: 401 });
  });

  test("of a session that was moved is not resumed", async () => {
    server.next(() => refusal(401, "session_revoked"));

    await expect(api.call("GET /sitting")).rejects.toMatchObject({ code: "session_revoked" });
    expect(server.asked).toHaveLength(1);
  });
});

describe("trying again", () => {
  test("waits longer each time and never less than the server asked for", async () => {
    server.next(noAnswer, () => refusal(503, "unavailable", { "Retry-After": "2" }));

    await api.call("POST /sitting/draw-lot");

    expect(waits).toEqual([300, 2_600]);
  });

  test("ends after four attempts", async () => {
    server.next(noAnswer, noAnswer, noAnswer, noAnswer);

    await expect(api.call("GET /sitting")).rejects.toBeInstanceOf(Unreachable);
    expect(server.asked).toHaveLength(4);
  });

  test("is not for what would happen twice", async () => {
    server.next(noAnswer);

    await expect(api.call("POST /sitting/identity-errors", { body: { text: "姓名有误" } })).rejects.toBeInstanceOf(Unreachable);
    expect(server.asked).toHaveLength(1);
  });

  test("is not for a refusal", async () => {
    server.next(() => refusal(409, "step_refused"));

    await expect(api.call("POST /sitting/enter")).rejects.toMatchObject({
      code: "step_refused",
      sentence: { zh: "拒绝 step_refused", en: "refused step_refused" },
    });
    expect(server.asked).toHaveLength(1);
  });
});

describe("answers", () => {
  test("of a proxy in the API's place become a sentence", async () => {
    server.next(() => ({ ...json(403, "<html>"), status: 403 }));

    const refused = await api.call("GET /sitting").catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ code: "http_403", sentence: { zh: expect.stringContaining("403") } });
  });

  test("that are cut off count as none", async () => {
    server.next(() => ({ ...json(200, {}), bytes: async () => new TextEncoder().encode('{"now": "2026') }));

    await api.call("GET /sitting");

    expect(server.asked).toHaveLength(2);
  });
});

describe("addresses and bodies", () => {
  test("take the path's parameters escaped", async () => {
    await api.call("POST /recordings/{kind}/close", { parameters: { kind: "a/../b" }, body: { last_segment_no: 3 } });

    expect(server.asked[0]?.url).toBe("https://api.test/stage/recordings/a%2F..%2Fb/close");
    expect(server.asked[0]?.body).toBe('{"last_segment_no":3}');
  });

  test("send a file as its route's type", async () => {
    await api.call("PUT /exams/{exam_id}/roster", { parameters: { exam_id: "exm_1" }, body: new Uint8Array([1, 2]) });

    expect(header(0, "Content-Type")).toBe("text/csv");
    expect(server.asked[0]?.body).toEqual(new Uint8Array([1, 2]));
  });
});
