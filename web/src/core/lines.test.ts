import { describe, expect, it } from "vitest";
import type { EntriesView, Entry } from "../generated/api";
import { Unreachable } from "./errors";
import { Lines } from "./lines";

const PAGE = 3;

/** A stream as the server has it: sorted by id, told page by page. */
class Stream {
  readonly ids = new Set<string>();
  asked = 0;

  write(...ids: string[]): void {
    for (const id of ids) this.ids.add(id);
  }

  readonly tell = async (after: string): Promise<EntriesView> => {
    this.asked += 1;
    const later = [...this.ids].sort().filter((id) => id > after);
    return { entries: later.slice(0, PAGE).map(entry) };
  };
}

function entry(entry_id: string): Entry {
  return { at: "", by: "", details: {}, entry_id, stream: "", what: "" };
}

function idAt(seconds: number, suffix = "e"): string {
  const at = new Date(Date.UTC(2026, 10, 26, 8, 0, seconds)).toISOString().slice(0, 19).replace(/[-:]/g, "");
  return `${at}.500000-${suffix}`;
}

function read(stream: Stream): { lines: Lines; seen: () => string[] } {
  const lines = new Lines(stream.tell);
  return { lines, seen: () => lines.all.map((line) => line.entry_id) };
}

describe("the lines of a stream", () => {
  it("are read to the end, over many pages", async () => {
    const stream = new Stream();
    const ids = Array.from({ length: 10 }, (_, at) => idAt(at));
    stream.write(...ids);
    const { lines, seen } = read(stream);
    expect(await lines.readOn()).toBe(true);
    expect(seen()).toEqual(ids);
    expect(await lines.readOn()).toBe(false);
  });

  it("are found when a server was slow to write them", async () => {
    const stream = new Stream();
    stream.write(idAt(60, "b"));
    const { lines, seen } = read(stream);
    await lines.readOn();
    stream.write(idAt(60, "a"), idAt(55));
    expect(await lines.readOn()).toBe(true);
    expect(seen()).toEqual([idAt(55), idAt(60, "a"), idAt(60, "b")]);
  });

  it("are found in the end when a device tells them an hour late", async () => {
    const stream = new Stream();
    stream.write(...Array.from({ length: 10 }, (_, at) => idAt(3600 + at)));
    const { lines, seen } = read(stream);
    await lines.readOn();
    stream.write(idAt(5));
    for (let reading = 0; reading < 20; reading += 1) await lines.readOn();
    expect(seen()[0]).toBe(idAt(5));
    expect(seen()).toHaveLength(11);
  });

  it("are told by the next reading when one breaks off half way", async () => {
    const stream = new Stream();
    let failing = false;
    const lines = new Lines(async (after) => {
      if (failing && after === idAt(1)) throw new Unreachable();
      return stream.tell(after);
    });
    await lines.readOn();
    stream.write(idAt(1));
    failing = true;
    await expect(lines.readOn()).rejects.toThrow();
    failing = false;

    expect(await lines.readOn()).toBe(true);
    expect(lines.all.map((line) => line.entry_id)).toEqual([idAt(1)]);
    expect(await lines.readOn()).toBe(false);
  });

  it("cost one question while nothing is new", async () => {
    const stream = new Stream();
    stream.write(idAt(1), idAt(2));
    const { lines } = read(stream);
    await lines.readOn();
    stream.asked = 0;
    await lines.readOn();
    expect(stream.asked).toBe(1);
  });
});
