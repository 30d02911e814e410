/** The lines of a roster file for the eye; what is wrong with them the server says. */
import type { BadLine } from "../../../generated/api";

/** The text of the bytes, by the encoding that the server named; what cannot be read shows as a question mark. */
export function textOf(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding === "gb18030" ? "gb18030" : "utf-8").decode(bytes);
}

export interface ShownLine extends BadLine {
  /** The line itself, from the file on this device; ID numbers are masked. */
  readonly text: string;
}

/** Bad lines with their text. Line numbers count from 1 with the header as line 1, as the server does. */
export function shownLines(bad: readonly BadLine[], text: string): ShownLine[] {
  const lines = text.split(/\r\n|\n|\r/);
  return bad.map((line) => ({ ...line, text: masked(lines[line.line_no - 1] ?? "") }));
}

/** Of long numbers only the last four digits. */
function masked(line: string): string {
  return line.replace(/[0-9]{8,}(?=[0-9Xx]{4})/g, (digits) => "*".repeat(digits.length));
}
