import { describe, expect, it } from "vitest";
import type { Entry } from "../../../generated/api";
import { askersOf } from "./inbox";

let seconds = 0;
function line(what: "asked" | "answered" | "identity_error", sitting: string, by: string): Entry {
  seconds += 1;
  return { at: new Date(seconds * 1000).toISOString(), by, details: { sitting_id: sitting }, entry_id: String(seconds), stream: "", what };
}

describe("the help inbox", () => {
  it("puts who waits longest first and who is answered last", () => {
    const entries = [
      line("asked", "s1", "A001"),
      line("answered", "s1", "proctor"),
      line("asked", "s2", "A002"),
      line("asked", "s3", "A003"),
      line("asked", "s2", "A002"),
    ];
    expect(askersOf(entries).map((asker) => [asker.ticketNo, asker.open])).toEqual([["A002", 2], ["A003", 1], ["A001", 0]]);
  });

  it("counts from the first message since the last answer", () => {
    const entries = [line("asked", "s1", "A001"), line("answered", "s1", "p"), line("asked", "s1", "A001"), line("asked", "s1", "A001")];
    const [asker] = askersOf(entries);
    expect(asker).toMatchObject({ open: 2, waitingSince: Date.parse(entries[2]!.at) });
  });

  it("takes a report of a wrong identity for a question", () => {
    expect(askersOf([line("identity_error", "s1", "A001")])).toMatchObject([{ ticketNo: "A001", open: 1 }]);
  });

  it("passes over lines that name no sitting", () => {
    expect(askersOf([{ ...line("asked", "s", "A"), details: {} }])).toEqual([]);
  });
});
