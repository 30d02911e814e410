import { describe, expect, test } from "vitest";
import { proofOfCommitment, rosterDigest, shuffle, wronglyDrawn } from "./lottery";

// Made by the server's own code.
const EXAM = "exm_0123456789";
const LOTTERY = {
  seed: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
  commitment: "3255adfe09388c3b0403777977ecb220ff69b938e9fbfc99f368807ca80ada4d",
  roster_digest: "4c0f954d7ecea791bb92609cca76b47e18526ff8221e7e05c17848e8118853b6",
  sealed_count: 4,
  late_batches: [2],
};
const SEALED = { "20260002": 1, "20260001": 2, "20260003": 3, "20260004": 4 };
const LOTS = new Map(Object.entries({ ...SEALED, "20260009": 5, "20260008": 6 }));

describe("the lottery", () => {
  test("is proved by the seed that was committed to", async () => {
    expect(await proofOfCommitment(LOTTERY, EXAM)).toBe("proved");
    expect(await rosterDigest(Object.keys(SEALED))).toBe(LOTTERY.roster_digest);
  });

  test("is sealed until the seed is out, and disproved by another", async () => {
    expect(await proofOfCommitment({ ...LOTTERY, seed: null }, EXAM)).toBe("sealed");
    expect(await proofOfCommitment({ ...LOTTERY, seed: "00".repeat(32) }, EXAM)).toBe("disproved");
    expect(await proofOfCommitment(LOTTERY, "exm_other")).toBe("disproved");
  });

  test("gives the numbers that the server gave", async () => {
    expect(Object.fromEntries(await shuffle(LOTTERY.seed, EXAM, Object.keys(SEALED)))).toEqual(SEALED);
    expect(await wronglyDrawn(LOTTERY, EXAM, LOTS)).toEqual([]);
  });

  test("names two who changed places", async () => {
    const swapped = new Map([...LOTS, ["20260001", 1], ["20260002", 2]]);

    expect((await wronglyDrawn(LOTTERY, EXAM, swapped)).sort()).toEqual(["20260001", "20260002"]);
  });
});
