import { expect, test } from "vitest";
import { answerFrom, pageOf, shelvesToClear } from "./shell_rules";

test("pages come from the network while it answers, files with a hash from the shelf", () => {
  expect(answerFrom("/", true)).toBe("network_first");
  expect(answerFrom("/phone", true)).toBe("network_first");
  expect(answerFrom("/config.json", false)).toBe("network_first");
  expect(answerFrom("/assets/phone-Ab12.js", false)).toBe("shelf_first");
});

test.each(["/staff", "/exams/e1", "/sitting", "/recordings"])("%s is none of the shell's business", (path) => {
  expect(answerFrom(path, true)).toBe("network");
  expect(answerFrom(path, false)).toBe("network");
});

test("both addresses of a page are one file", () => {
  expect(pageOf("/phone")).toBe(pageOf("/phone.html"));
  expect(pageOf("/")).toBe("/index.html");
});

test("the version before is kept for pages that are still open, older ones and nothing of others go", () => {
  const names = ["viva-shell-1", "other", "viva-shell-2", "viva-shell-3", "viva-shell-4"];

  expect(shelvesToClear(names, "viva-shell-4")).toEqual(["viva-shell-1", "viva-shell-2"]);
  expect(shelvesToClear(["viva-shell-4"], "viva-shell-4")).toEqual([]);
});
