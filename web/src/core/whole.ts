/**
 * Where a recording that was cut off by a crash still is whole. A browser hands out its bytes by the second and not by
 * the frame: the last slice may end inside a block's head, which a strict verification takes for damage.
 */

type Bytes = Uint8Array;

const EBML = 0x1a45dfa3;
/** Segment and Cluster (RFC 9559): the browser leaves their sizes open, so their content is walked. */
const MASTERS: ReadonlySet<number> = new Set([0x18538067, 0x1f43b675]);
const HEAD_BYTES = 8;
const LARGE_HEAD_BYTES = 16;

/** How many bytes from the beginning are whole: up to the last complete frame; all of what is neither WebM nor MP4. */
export function wholeLength(content: Bytes): number {
  if (content.length >= 4 && numberAt(content, 0, 4) === EBML) return wholeMatroska(content);
  if (content.length >= HEAD_BYTES && nameAt(content, 0) === "ftyp") return wholeMp4(content);
  return content.length;
}

function wholeMatroska(content: Bytes): number {
  let whole = 0;
  for (let at = 0; at < content.length; ) {
    const idBytes = vintBytes(content[at]);
    const sizeBytes = vintBytes(content[at + idBytes]);
    const body = at + idBytes + sizeBytes;
    if (idBytes === 0 || sizeBytes === 0 || body > content.length) break;
    if (MASTERS.has(numberAt(content, at, idBytes))) {
      at = body;
      continue;
    }
    const end = body + sizeAt(content, at + idBytes, sizeBytes);
    if (end > content.length) break;
    whole = at = end;
  }
  return whole;
}

/** Up to the last fragment whose data is there: a `moof` without its `mdat` shows nothing. */
function wholeMp4(content: Bytes): number {
  let whole = 0;
  for (let at = 0; at + HEAD_BYTES <= content.length; ) {
    let size = numberAt(content, at, 4);
    if (size === 1 && at + LARGE_HEAD_BYTES <= content.length) size = numberAt(content, at + HEAD_BYTES, 8);
    const end = at + size;
    if (size < HEAD_BYTES || end > content.length) break;
    if (nameAt(content, at) === "mdat") whole = end;
    at = end;
  }
  return whole;
}

/** How many bytes a variable-length number has by its first; 0 where there is none. */
function vintBytes(first: number | undefined): number {
  return first === undefined || first === 0 ? 0 : Math.clz32(first) - 23;
}

function sizeAt(content: Bytes, at: number, bytes: number): number {
  return numberAt(content, at, bytes) - 2 ** (7 * bytes);
}

function numberAt(content: Bytes, at: number, bytes: number): number {
  let value = 0;
  for (let next = at; next < at + bytes; next += 1) value = value * 256 + (content[next] ?? 0);
  return value;
}

function nameAt(content: Bytes, at: number): string {
  return String.fromCharCode(...content.subarray(at + 4, at + 8));
}
