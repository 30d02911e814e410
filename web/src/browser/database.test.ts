import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, test } from "vitest";
import { Shelf } from "./database";

/** The connections that were opened, and how many attempts still fail. */
let connections: IDBDatabase[];
let refusals: number;

beforeEach(() => {
  const real = new IDBFactory();
  connections = [];
  refusals = 0;
  const open = real.open.bind(real);
  real.open = (name, version) => {
    if (refusals > 0) {
      refusals -= 1;
      throw new DOMException("transient", "UnknownError");
    }
    const request = open(name, version);
    request.addEventListener("success", () => connections.push(request.result as unknown as IDBDatabase));
    return request;
  };
  globalThis.indexedDB = real;
});

test("the first of two tabs that put says what is kept", async () => {
  const shelf = new Shelf("tabs");

  expect(await Promise.all([shelf.putFirst("key", "mine"), new Shelf("tabs").putFirst("key", "yours")])).toEqual(["mine", "mine"]);
  expect(await shelf.get("key")).toBe("mine");
});

describe("a browser that fails once", () => {
  test("and closes the connection is asked for another", async () => {
    const shelf = new Shelf("dropped");
    await shelf.put("key", 1);
    connections[0]?.close();

    await shelf.put("key", 2);

    expect(await shelf.get("key")).toBe(2);
    expect(connections).toHaveLength(2);
  });

  test.each([1, 2])("and does not open, %i times, is asked again", async (times) => {
    const shelf = new Shelf("refused");
    refusals = times;

    await shelf.put("key", 1).catch(() => undefined);
    await shelf.put("key", 2);

    expect(await shelf.get("key")).toBe(2);
  });
});
