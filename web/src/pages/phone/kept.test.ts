import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { boundMemory, type Memory } from "../../core/phone/stage";
import { KeptOnPhone } from "./kept";

const memory = (sittingId: string, more: Partial<Memory> = {}): Memory => ({
  ...boundMemory(null, { sittingId, segmentSeconds: 120, at: 1_000 }),
  ...more,
});

describe("what the phone owes", () => {
  it("is every sitting but the present one, until it is delivered", async () => {
    const kept = new KeptOnPhone();
    await kept.makeCurrent(memory("monday"));
    await kept.makeCurrent(memory("tuesday", { stoppedAt: 2_000 }));
    await kept.makeCurrent(memory("wednesday"));

    expect((await kept.owed()).map((one) => one.sittingId).sort()).toEqual(["monday", "tuesday"]);

    await kept.keepMemory(memory("monday", { deliveredAt: 3_000 }));
    expect((await kept.owed()).map((one) => one.sittingId)).toEqual(["tuesday"]);
  });
});
