import { describe, expect, it } from "vitest";
import { shownLines, textOf } from "./roster_lines";

const BAD = [{ line_no: 3, column: "name", reason_zh: "姓名应为 1 至 64 个字", reason_en: "must have 1 to 64 characters" }];

describe("bad lines of a roster", () => {
  it("shows each with its text, whatever ends the lines", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = ["准考证号,姓名,身份证号", "A001,张伟,1234", "A002,,5678"].join(end);
      expect(shownLines(BAD, text)).toEqual([{ ...BAD[0], text: "A002,,5678" }]);
    }
  });

  it("masks ID numbers but for their end", () => {
    const text = "h\nx\nA002,,11010119900101123X";
    expect(shownLines(BAD, text)[0]?.text).toBe("A002,,**************123X");
  });

  it("reads GB18030 as such", () => {
    expect(textOf(Uint8Array.of(0xd5, 0xc5, 0xce, 0xb0), "gb18030")).toBe("张伟");
  });

  it("shows nothing for a line that is not there", () => {
    expect(shownLines([{ ...BAD[0]!, line_no: 9 }], "h")[0]?.text).toBe("");
  });
});
