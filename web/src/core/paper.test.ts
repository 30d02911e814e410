import { describe, expect, test } from "vitest";
import type { PublicPaper } from "../generated/api";
import { fromBase64 } from "./base64";
import { PaperBroken } from "./errors";
import { fetchSealed, openPaper, timetable, turnsAt } from "./paper";
import { answer, FakeHttp } from "./testing/http";

// Sealed by the server's own code: key 00..1f, nonce 00..0b, the exam's id as additional data.
const EXAM = "exm_0123456789";
const SEALED = fromBase64(
  "PCCicrGJpzm3Y34WEwHX+Gt5Et1S431QGhaQ4G4dad1vY4zG9Low9gHJHYj6pRIJwnsU6CKigeAdf4Wu8FN9BkC0IsdzNInY/tQ2ilc16lKCbHnz" +
    "kP/ejXdcfEzlFyMJLGjfDgPiK5ocPhKQOAdED9sVA9+KqkvFPt1t+7LKTG/VIXejxoi4cTLQcJFA9jfgWIGOV1BjsXC+c8oDn6qdzKm1e7NrGVLi" +
    "ReN7FWMfpJe/vrhH+8oB3RG2r6kutpXJIHym2Gyzpb5SJIyVmHvottEDpQvLFCgbmIsBtv+N0o88vz4N",
);
const PUBLIC: PublicPaper = {
  url_path: `papers/${EXAM}/x.bin`,
  sha256: "7fa9c0a8c93141ffb9206ed672269df3b5ad8191e4bde75682ad153aa5aa1413",
  nonce: "AAECAwQFBgcICQoL",
  key: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
};

describe("the sealed paper", () => {
  test("opens with the bulletin's key", async () => {
    const paper = await openPaper(SEALED, PUBLIC, EXAM);

    expect(paper?.title).toBe("面试试题");
    expect(paper?.questions.map((question) => question.text)).toEqual(["请谈谈你对“为人民服务”的理解。", "如果…？"]);
  });

  test("stays shut before the key is out", async () => {
    expect(await openPaper(SEALED, { ...PUBLIC, key: null }, EXAM)).toBeNull();
  });

  test.each([
    ["another key", SEALED, { ...PUBLIC, key: "ff".repeat(32) }, EXAM],
    ["another exam", SEALED, PUBLIC, "exm_other"],
    ["a changed byte", SEALED.map((byte, at) => (at === 40 ? byte ^ 1 : byte)), PUBLIC, EXAM],
  ])("does not open with %s", async (_, sealed, paper, exam) => {
    await expect(openPaper(sealed, paper, exam)).rejects.toBeInstanceOf(PaperBroken);
  });

  test("is taken only if it is the one that the bulletin names", async () => {
    const server = new FakeHttp();
    server.next(() => answer(200, SEALED), () => answer(200, SEALED.slice(1)), () => answer(403, new Uint8Array()));

    expect(await fetchSealed(server.http, "https://cdn.test", PUBLIC)).toEqual(SEALED);
    await expect(fetchSealed(server.http, "https://cdn.test", PUBLIC)).rejects.toBeInstanceOf(PaperBroken);
    await expect(fetchSealed(server.http, "https://cdn.test", PUBLIC)).rejects.toBeInstanceOf(PaperBroken);
    expect(server.asked[0]?.url).toBe(`https://cdn.test/papers/${EXAM}/x.bin`);
  });
});

describe("the timetable", () => {
  const timed = (number: number, preparation_s: number, answer_s: number) => ({ number, text: "?", preparation_s, answer_s });

  test("gives timed questions one after another, as absolute instants", () => {
    const turns = timetable([timed(1, 60, 180), timed(2, 30, 120)], 0, 600_000);

    expect(turns.map(({ shownAt, answerAt, endsAt }) => [shownAt, answerAt, endsAt])).toEqual([
      [0, 60_000, 240_000],
      [240_000, 270_000, 390_000],
    ]);
    expect(turnsAt(turns, 240_000).map((turn) => turn.question.number)).toEqual([2]);
  });

  test("never goes beyond the exam's end", () => {
    const turns = timetable([timed(1, 60, 180), timed(2, 30, 120)], 0, 250_000);

    expect(turns[1]).toMatchObject({ shownAt: 240_000, answerAt: 250_000, endsAt: 250_000 });
  });

  test("gives untimed questions the whole exam", () => {
    const untimed = [1, 2].map((number) => ({ number, text: "?", preparation_s: null, answer_s: null }));

    expect(turnsAt(timetable(untimed, 0, 600_000), 1)).toHaveLength(2);
  });
});
