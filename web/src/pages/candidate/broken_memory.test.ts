/** A browser whose IndexedDB fails costs a reload without a network, and nothing else. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EXAM, PUBLIC, SEALED } from "../../core/testing/paper";
import type { Bulletin } from "../../generated/api";
import { KeptOnPhone } from "../phone/kept";
import { KeptOnDevice } from "./kept";
import { PaperDesk } from "./paper_desk";

beforeEach(() => {
  const open = (): never => {
    throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
  };
  vi.stubGlobal("indexedDB", { open });
});

afterEach(() => vi.unstubAllGlobals());

test("the question opens from what was fetched", async () => {
  vi.stubGlobal("fetch", async () => new Response(SEALED));
  const desk = new PaperDesk(EXAM, "https://cdn.test", () => ({ paper: PUBLIC }) as Bulletin);

  await desk.run();

  expect(desk.paper.value?.title).toBe("面试试题");
  expect(desk.trouble.value).toBeNull();
});

test("and whatever fails beside it is told and tried again", async () => {
  let faults = 1;
  vi.stubGlobal("fetch", async () => new Response(SEALED));
  const desk = new PaperDesk(EXAM, "https://cdn.test", () => {
    if (faults-- > 0) throw new TypeError("a fault of the page");
    return { paper: PUBLIC } as Bulletin;
  });

  const opened = desk.run();
  desk.wake();
  await vi.waitFor(() => expect(desk.trouble.value?.zh).toContain("自动重试"));
  desk.wake();
  await opened;

  expect(desk.paper.value?.title).toBe("面试试题");
});

test("what the page keeps is kept as well as it goes", async () => {
  const kept = new KeptOnDevice(EXAM);

  await kept.put("deviceChecked", true);
  await kept.remove("admission");

  expect(await kept.get("deviceChecked")).toBeNull();
});

test("a phone that cannot note it goes on, and does not take a fault for having no sitting", async () => {
  const kept = new KeptOnPhone();
  const memory = { sittingId: "sit_1" } as Parameters<KeptOnPhone["keepMemory"]>[0];

  await kept.makeCurrent(memory);

  expect(await kept.sitting("sit_1")).toBeNull();
  await expect(kept.current()).rejects.toThrow("lost");
});
