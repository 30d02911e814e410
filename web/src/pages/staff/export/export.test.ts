import { describe, expect, it } from "vitest";
import { csvOf } from "./csv";
import { columnName, xlsxOf } from "./xlsx";
import { crc32, zipOf } from "./zip";

const TABLE = { header: ["准考证号", "n"], rows: [["A001", 1.5], ['他说"好"\n', null]] } as const;

/** The files of an archive by its directory, each checked against its local header. */
function unzip(archive: Uint8Array<ArrayBuffer>): Map<string, string> {
  const view = new DataView(archive.buffer);
  const end = archive.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const files = new Map<string, string>();
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count -= 1) {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const [crc, size, nameLength] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true), view.getUint16(at + 28, true)];
    const name = new TextDecoder().decode(archive.slice(at + 46, at + 46 + nameLength));
    const local = view.getUint32(at + 42, true);
    expect(view.getUint32(local, true)).toBe(0x04034b50);
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = archive.slice(begin, begin + size);
    expect(crc32(content)).toBe(crc);
    files.set(name, new TextDecoder().decode(content));
    at += 46 + nameLength;
  }
  return files;
}

describe("CSV", () => {
  it("begins with the mark of UTF-8 and quotes what must be quoted", () => {
    expect(csvOf(TABLE)).toBe('\ufeff准考证号,n\r\nA001,1.5\r\n"他说""好""\n",\r\n');
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])("makes %j harmless", (text) => {
    expect(csvOf({ header: ["h"], rows: [[text]] })).toContain(`'${text}`);
  });

  it("leaves numbers as they are", () => {
    expect(csvOf({ header: ["h"], rows: [[-3]] })).toBe("\ufeffh\r\n-3\r\n");
  });
});

describe("ZIP", () => {
  it("knows the check value of CRC-32", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });

  it("gives back every file, whatever its name", () => {
    const content = new TextEncoder().encode("内容");
    const files = unzip(zipOf([{ name: "甲.txt", content }, { name: "b", content: new Uint8Array() }]));
    expect([...files]).toEqual([["甲.txt", "内容"], ["b", ""]]);
  });
});

describe("XLSX", () => {
  it("counts columns as spreadsheets do", () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(columnName)).toEqual(["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
  });

  it("holds numbers as numbers and texts as texts, escaped", () => {
    const files = unzip(xlsxOf({ header: ["<h>"], rows: [["a&b"], [2.5], [null], ["x\u0001y"]] }, "报告/1"));
    const sheet = files.get("xl/worksheets/sheet1.xml");
    expect(sheet).toContain('<c r="A1" t="inlineStr"><is><t xml:space="preserve">&lt;h&gt;</t></is></c>');
    expect(sheet).toContain("a&amp;b");
    expect(sheet).toContain('<c r="A3"><v>2.5</v></c>');
    expect(sheet).toContain('<row r="4"></row>');
    expect(sheet).toContain(">xy<");
    expect(files.get("xl/workbook.xml")).toContain('name="报告 1"');
  });

  it("gives the same bytes for the same table", () => {
    expect(xlsxOf(TABLE, "s")).toEqual(xlsxOf(TABLE, "s"));
  });
});
