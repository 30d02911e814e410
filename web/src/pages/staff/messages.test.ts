import { describe, expect, it } from "vitest";
import { en, zh } from "./messages";

const SOURCES = import.meta.glob<string>(["./**/*.vue", "./**/*.ts", "!./**/*.test.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

function at(tree: unknown, key: string): unknown {
  return key.split(".").reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], tree);
}

function keysOf(tree: object, prefix = ""): string[] {
  return Object.entries(tree).flatMap(([name, node]) =>
    typeof node === "string" ? [prefix + name] : keysOf(node as object, `${prefix}${name}.`),
  );
}

const literal = /\b(?:t|word)\(\s*["'`]([\w.]+)["'`]/g;
const open = /\b(?:t|word)\(\s*`([\w.]+\.)\$\{/g;
const found = (pattern: RegExp): string[] =>
  Object.values(SOURCES).flatMap((source) => [...source.matchAll(pattern)].map((match) => match[1] ?? ""));

describe("the console's texts", () => {
  it("are there for every key that a page names", () => {
    const keys = found(literal);
    expect(keys.length).toBeGreaterThan(150);
    expect(keys.filter((key) => typeof at(zh, key) !== "string")).toEqual([]);
  });

  it("have a family for every key that a page completes", () => {
    const families = found(open);
    expect(families.length).toBeGreaterThan(10);
    expect(families.filter((family) => typeof at(zh, family.slice(0, -1)) !== "object")).toEqual([]);
  });

  it("name the same things in both languages", () => {
    const named = (text: unknown): string[] => [...String(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();
    for (const key of keysOf(zh)) expect([key, named(at(en, key))]).toEqual([key, named(at(zh, key))]);
  });

  it("hold no sign that the message syntax takes for its own", () => {
    for (const tree of [zh, en]) {
      expect(keysOf(tree).filter((key) => /[@|]/.test(String(at(tree, key))))).toEqual([]);
    }
  });
});
