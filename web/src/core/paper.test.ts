import { describe, expect, test } from "vitest";
import { PaperBroken } from "./errors";
import { fetchSealed, openPaper, timetable, turnsAt } from "./paper";
import { answer, FakeHttp } from "./testing/http";
import { EXAM, PUBLIC, SEALED } from "./testing/paper";

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
