/** A ZIP archive of stored, uncompressed files (PKWARE APPNOTE 6.3, 4.3): enough for what we export. */
import { joined } from "../../../core/bytes";

export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

const VERSION = 20;
/** File names are UTF-8. */
const UTF8 = 0x0800;
/** 1980-01-01, the earliest there is: the same table gives the same bytes. */
const DATE = 0x0021;

export function zipOf(files: readonly ZipFile[]): Uint8Array<ArrayBuffer> {
  const locals: Uint8Array<ArrayBuffer>[] = [];
  const entries: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const file of files) {
    const name = new TextEncoder().encode(file.name);
    const common = [
      u16(VERSION), u16(UTF8), u16(0), u16(0), u16(DATE), u32(crc32(file.content)),
      u32(file.content.length), u32(file.content.length), u16(name.length), u16(0),
    ]; // prettier-ignore
    const local = joined([u32(0x04034b50), ...common, name, file.content]);
    entries.push(joined([u32(0x02014b50), u16(VERSION), ...common, u16(0), u16(0), u16(0), u32(0), u32(offset), name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = joined(entries);
  const count = u16(files.length);
  const end = joined([u32(0x06054b50), u16(0), u16(0), count, count, u32(directory.length), u32(offset), u16(0)]);
  return joined([...locals, directory, end]);
}

/** CRC-32 (ISO 3309), as ZIP has it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function u16(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff);
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
}
