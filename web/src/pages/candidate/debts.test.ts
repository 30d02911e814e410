import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import type { Connection } from "../../browser/client";
import { BrowserSessionStore } from "../../browser/session_store";
import type { StoredSession } from "../../core/session";
import { Debts } from "./debts";

const sessionOf = (sittingId: string): StoredSession => ({
  sessionId: `ses_of_${sittingId}`,
  token: `token_of_${sittingId}`,
  role: "candidate",
  examId: `exm_of_${sittingId}`,
  sittingId,
});

function debtsOf(current: StoredSession | null): Debts {
  return new Debts({ session: { current } } as unknown as Connection);
}

test("what a computer owes is every sitting that it recorded but that of the session in use", async () => {
  await debtsOf(sessionOf("rehearsal")).note();
  await debtsOf(sessionOf("morning")).note();

  expect(await debtsOf(sessionOf("morning")).owed()).toEqual(["rehearsal"]);
  expect((await debtsOf(sessionOf("noon")).owed()).sort()).toEqual(["morning", "rehearsal"]);
  // A rehearsal that was left for the next one closes its session.
  expect((await debtsOf(null).owed()).sort()).toEqual(["morning", "rehearsal"]);
});

test("each keeps its own session, whichever is opened after it", async () => {
  await debtsOf(sessionOf("morning")).note();
  await debtsOf(sessionOf("noon")).note();

  expect(await new BrowserSessionStore("candidate/morning").load()).toEqual(sessionOf("morning"));
});

test("a newer session of the same sitting takes the place of the older", async () => {
  await debtsOf(sessionOf("morning")).note();
  const newer = { ...sessionOf("morning"), sessionId: "ses_newer" };
  await debtsOf(newer).note();

  expect(await new BrowserSessionStore("candidate/morning").load()).toEqual(newer);
});
