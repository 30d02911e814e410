/** What the room believes of its session and its sitting, whatever comes late or while the device slept. */
import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { ref } from "vue";
import type { Connection } from "../../browser/client";
import { ApiClient } from "../../core/api";
import { ServerClock } from "../../core/clock";
import { ApiError } from "../../core/errors";
import type { HttpAnswer, HttpRequest } from "../../core/http";
import { wireInstant } from "../../core/instants";
import { Session } from "../../core/session";
import { FakeClocks, FakeSigner } from "../../core/testing/device";
import { FakeHttp, json, refusal } from "../../core/testing/http";
import { MemoryStore, VIEW } from "../../core/testing/session";
import { FakeTime } from "../../core/testing/time";
import { Room } from "./room";

const TOKEN_LIFE_MS = 15 * 60_000;
const MOST_OFF_MS = 60_000;
let time: FakeTime;
let device: FakeClocks;
let clock: ServerClock;
/** The server's: until when the token is good, and what it has on record. */
let expiresAt: number;
let onRecord: Record<string, string>;
let isRevoked: boolean;
let room: Room;

/** As the API does it: the token's time before the proof, and no proof that is a minute off. */
function answer(request: HttpRequest): HttpAnswer {
  const now = wireInstant(time.nowMs);
  if (request.url.endsWith("/time")) return json(200, { now });
  if (isRevoked) return refusal(401, "session_revoked");
  if (request.url.endsWith("/sessions/resume")) {
    const { signed_at } = JSON.parse(String(request.body)) as { signed_at: string };
    if (Math.abs(time.nowMs - Date.parse(signed_at)) > MOST_OFF_MS) return refusal(401, "proof_refused");
    expiresAt = time.nowMs + TOKEN_LIFE_MS;
    return json(200, { ...VIEW, token: "ses_1.fresh" });
  }
  if (time.nowMs >= expiresAt) return refusal(401, "session_expired");
  return json(200, { sitting_id: "sit_1", now, instants: { schedule_version: 1 }, on_record: { ...onRecord } });
}

beforeEach(async () => {
  time = new FakeTime();
  device = new FakeClocks(time);
  clock = new ServerClock(device);
  clock.learn(clock.read(), time.nowMs, clock.read());
  expiresAt = time.nowMs + TOKEN_LIFE_MS;
  onRecord = {};
  isRevoked = false;
  const signer = await FakeSigner.make();
  const ports = { baseUrl: "https://api.test", clock, signer, http: new FakeHttp(answer).http, sleep: time.sleep };
  const nobody = new ApiClient({ ...ports, credentials: { token: () => null, resume: async () => false } });
  const session = new Session(
    new MemoryStore(),
    signer,
    clock,
    (body) => nobody.call("POST /sessions/resume", { body }),
    () => nobody.askTime(),
  );
  await session.open(VIEW);
  const api = new ApiClient({ ...ports, credentials: session });
  const config = { api_url: "https://api.test", publications_url: "https://cdn.test" };
  room = new Room({ config, key: null, clock, session, api } as unknown as Connection, "exm_1", ref(time.nowMs));
  room.session.value = "held";
});

test("a device that slept longer than its token holds has its session still", async () => {
  device.sleepFor(20 * 60_000);

  // Asked before anything else has asked what time it is.
  await room.refresh();

  expect(room.session.value).toBe("held");
  expect(room.sitting.value?.sitting_id).toBe("sit_1");
});

test("a token that has run out while nobody answers loses no session, a refusal of the session does", async () => {
  const { session } = room.connection;
  const expired = new ApiError(401, "session_expired", { zh: "已过期", en: "expired" }, {});
  await expect(room.heeding(() => Promise.reject(expired))).rejects.toBe(expired);
  expect([session.isOver, room.session.value]).toEqual([false, "held"]);

  isRevoked = true;
  await expect(room.refresh()).rejects.toThrow();
  expect(room.session.value).toBe("lost");
});

test("what was asked before a step and comes after its answer does not take the step back", async () => {
  const before = answer({ method: "GET", url: "/sitting", headers: {}, timeoutMs: 1 });
  time.nowMs += 100;
  onRecord = { confirm_identity: wireInstant(time.nowMs) };
  await room.refresh();

  await room.take(async () => JSON.parse(new TextDecoder().decode(await before.bytes())));

  expect(Object.keys(room.sitting.value?.on_record ?? {})).toEqual(["confirm_identity"]);
});
