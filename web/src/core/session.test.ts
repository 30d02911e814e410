import { beforeEach, expect, test } from "vitest";
import { fromBase64 } from "./base64";
import { ServerClock } from "./clock";
import { ApiError } from "./errors";
import { Session } from "./session";
import { FakeClocks, FakeSigner } from "./testing/device";
import { MemoryStore, VIEW } from "./testing/session";
import { FakeTime } from "./testing/time";

let store: MemoryStore;
let signer: FakeSigner;
let asked: { session_id: string; signed_at: string; signature: string }[];
let refuses: ApiError | null;
let refusedOnce: ApiError | null;
let timeAsked: number;

beforeEach(async () => {
  store = new MemoryStore();
  signer = await FakeSigner.make();
  asked = [];
  refuses = refusedOnce = null;
  timeAsked = 0;
});

function page(): Session {
  return new Session(
    store,
    signer,
    new ServerClock(new FakeClocks(new FakeTime())),
    async (body) => {
      asked.push(body);
      const refusal = refuses ?? refusedOnce;
      refusedOnce = null;
      if (refusal) throw refusal;
      return { ...VIEW, token: `ses_1.fresh${asked.length}` };
    },
    async () => void (timeAsked += 1),
  );
}

test("a reloaded page has its session again, and resumes it by the device's key", async () => {
  await page().open(VIEW);

  const reloaded = page();
  await reloaded.load();
  const resumed = await reloaded.resume();

  const [{ signed_at, signature }] = asked as [(typeof asked)[0]];
  const text = new TextEncoder().encode(`viva-resume|ses_1|${signed_at}`);
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  expect(await crypto.subtle.verify(algorithm, signer.pair.publicKey, fromBase64(signature), text)).toBe(true);
  expect(signed_at).toBe("2026-03-01T01:00:00.000Z");
  expect(resumed).toBe(true);
  expect(store.kept?.token).toBe("ses_1.fresh1");
});

test("several calls that meet an expired token resume once", async () => {
  const session = page();
  await session.open(VIEW);

  await Promise.all([session.resume(), session.resume(), session.resume()]);

  expect(asked).toHaveLength(1);
});

test("a token that another tab renewed is taken over, and no call is made", async () => {
  const session = page();
  await session.open(VIEW);
  store.kept = { ...store.kept!, token: "ses_1.of_other_tab" };

  await session.resume();

  expect(session.token()).toBe("ses_1.of_other_tab");
  expect(asked).toEqual([]);
});

test("a session that is over is not resumed, and what a server cannot say is thrown", async () => {
  const session = page();
  await session.open(VIEW);

  refuses = new ApiError(401, "session_revoked", { zh: "已转移", en: "moved" }, {});
  expect(await session.resume()).toBe(false);

  refuses = new ApiError(503, "unavailable", { zh: "忙", en: "busy" }, {});
  await expect(session.resume()).rejects.toBe(refuses);
});

test("it is over when the server says so of the session, not of the proof, and until the next is opened", async () => {
  const session = page();
  await session.open(VIEW);

  for (const [code, isOver] of [["proof_refused", false], ["session_revoked", true], ["session_expired", true]] as const) {
    refuses = new ApiError(401, code, { zh: "拒绝", en: "refused" }, {});
    await session.resume();
    expect([code, session.isOver]).toEqual([code, isOver]);
  }

  await session.open(VIEW);
  expect(session.isOver).toBe(false);
});

test("without a session there is nothing to resume", async () => {
  expect(await page().resume()).toBe(false);
});

test("a device that no longer remembers keeps the session of the page, and resumes it", async () => {
  const session = page();
  await session.open(VIEW);
  const lost = (): Promise<never> => Promise.reject(new DOMException("connection lost", "UnknownError"));
  store.load = lost;
  store.save = lost;

  expect(await session.resume()).toBe(true);

  expect(session.token()).toBe("ses_1.fresh1");
  await session.open({ ...VIEW, token: "ses_2.first" });
  expect(session.token()).toBe("ses_2.first");
  await expect(page().load()).rejects.toThrow("connection lost");
});

test("a proof that came too late, from a clock that stood still or beside another tab's, is given once more", async () => {
  const session = page();
  await session.open(VIEW);
  refusedOnce = new ApiError(401, "proof_refused", { zh: "校验失败", en: "not valid" }, {});

  expect(await session.resume()).toBe(true);

  expect([asked.length, timeAsked]).toEqual([2, 1]);
  expect(session.isOver).toBe(false);
});

test("what another tab opened later is what the next page finds, whatever becomes of this one's session", async () => {
  const [old, later] = [page(), page()];
  await old.open(VIEW);
  await later.open({ ...VIEW, session_id: "ses_2", token: "ses_2.first", exam_id: "exm_2", sitting_id: "sit_2" });

  expect(await old.resume()).toBe(true);
  expect(old.token()).toBe("ses_1.fresh1");
  expect(store.kept?.sessionId).toBe("ses_2");

  await old.close();
  expect(store.kept?.sessionId).toBe("ses_2");
  await later.close();
  expect(store.kept).toBeNull();
});
