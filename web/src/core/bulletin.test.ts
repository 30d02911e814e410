import { beforeEach, expect, test } from "vitest";
import type { Bulletin } from "../generated/api";
import { BulletinWatch } from "./bulletin";
import { FakeHttp, json, noAnswer } from "./testing/http";
import { FakeTime } from "./testing/time";

let time: FakeTime;
let cdn: FakeHttp;
let shown: Bulletin;
let watch: BulletinWatch;
let page: AbortController;
let startsAt: number;

beforeEach(() => {
  time = new FakeTime();
  startsAt = time.nowMs + 60_000;
  shown = bulletin(1, startsAt, null);
  cdn = new FakeHttp(() => json(200, shown));
  page = new AbortController();
  watch = new BulletinWatch({ http: cdn.http, now: time.now, sleep: time.sleep, random: () => 0.5 }, "https://cdn.test/b.json");
});

function bulletin(revision: number, starts: number, key: string | null): Bulletin {
  const at = (offset: number): string => new Date(starts + offset).toISOString();
  return {
    exam_id: "exm_1",
    revision,
    title_zh: "面试",
    title_en: "Interview",
    kind: "formal",
    state: "published",
    zone: "Asia/Shanghai",
    hotline: "010-1",
    consent: { zh: "人脸信息处理说明", en: "On face data", sha256: "" },
    schedule: {
      version: revision,
      login_opens_at: at(-1_800_000),
      draw_closes_at: at(-900_000),
      entry_opens_at: at(-900_000),
      starts_at: at(0),
      ends_at: at(1_800_000),
      upload_window_s: 3600,
      cancelled_at: null,
      late_entry: false,
    },
    lottery: null,
    paper: { url_path: "papers/x", sha256: "", nonce: "", key },
    announcements: [],
  };
}

test("the key is seen within a second of its coming out, without a storm before", async () => {
  const seen: number[] = [];
  watch.onChange((now) => now.paper?.key && seen.push(time.nowMs));
  void watch.run(page.signal);
  await time.pass(60_000);
  expect(cdn.asked.length).toBeLessThan(12);

  await time.pass(700);
  shown = bulletin(2, startsAt, "ab");
  const outAt = time.nowMs;
  await time.pass(2_000);
  page.abort();

  expect(seen).toHaveLength(1);
  expect(seen[0]! - outAt).toBeLessThanOrEqual(1_250);
});

test("an older copy from another corner of the CDN changes nothing", async () => {
  await watch.refresh();
  shown = bulletin(3, startsAt, "ab");
  await watch.refresh();
  shown = bulletin(2, startsAt, null);

  expect((await watch.refresh()).revision).toBe(3);
});

test("the same revision with the key counts as newer", async () => {
  await watch.refresh();
  shown = bulletin(1, startsAt, "ab");

  expect((await watch.refresh()).paper?.key).toBe("ab");
});

test("who was offline at T0 gets it when the network is back", async () => {
  void watch.run(page.signal);
  await time.pass(50_000);
  cdn.next(...Array.from({ length: 20 }, () => noAnswer));
  await time.pass(18_000);
  shown = bulletin(2, startsAt, "ab");

  cdn.next();
  await time.pass(30_000);
  page.abort();

  expect(watch.latest?.paper?.key).toBe("ab");
});

test("postponing moves the keen seconds along", async () => {
  void watch.run(page.signal);
  await time.pass(30_000);
  shown = bulletin(2, startsAt + 600_000, null);
  await time.pass(30_000);
  const before = cdn.asked.length;

  await time.pass(60_000);
  page.abort();

  expect(cdn.asked.length - before).toBeLessThan(9);
});

test("whoever cannot bear the news does not end the watching", async () => {
  const errors: unknown[] = [];
  watch.onChange(() => {
    throw new TypeError("a fault of the page");
  });
  void watch.run(page.signal, (error) => errors.push(error));
  await time.pass(30_000);
  shown = bulletin(2, startsAt, "ab");
  await time.pass(30_000);
  page.abort();

  expect(watch.latest?.paper?.key).toBe("ab");
  expect(errors[0]).toMatchObject({ name: "Unexpected", cause: new TypeError("a fault of the page") });
});
