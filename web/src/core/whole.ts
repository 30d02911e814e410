/**
 * How much of a recording that was cut off is whole.
 *
 * A recorder hands out its bytes wherever a slice is over, be it in the middle of a block. What a crash left of such
 * a block can never be played, and the server would have to take it for damage.
 */

/** WebM elements (Matroska, RFC 9559): these two are read into, and a block is what holds a frame. */
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const BLOCKS: ReadonlySet<number> = new Set([0xa3, 0xa0]);
const MDAT = 0x6d646174;

/** @returns bytes up to the end of the last whole frame; all of them where nothing can be said */
export function wholeLength(content: Uint8Array, mimeType: string): number {
  const reached = mimeType.startsWith("video/mp4") ? lastMediaBox(content) : lastBlock(content);
  return reached === 0 ? content.length : reached;
}

function lastBlock(content: Uint8Array): number {
  let reached = 0;
  for (let at = 0; ; ) {
    const id = readId(content, at);
    if (id === null) return reached;
    const size = readSize(content, at + id.length);
    if (size === null) return reached;
    const body = at + id.length + size.length;
    // A cluster of a known size that is not all there stays a torn one, however it ends.
    const isEntered = id.value === SEGMENT || (id.value === CLUSTER && size.value === null);
    if (isEntered) at = body;
    else if (size.value === null || body + size.value > content.length) return reached;
    else {
      at = body + size.value;
      if (id.value === CLUSTER || BLOCKS.has(id.value)) reached = at;
    }
  }
}

interface Read<T> {
  readonly value: T;
  /** Bytes that it takes itself. */
  readonly length: number;
}

function readId(content: Uint8Array, at: number): Read<number> | null {
  const length = lengthOf(content, at);
  if (length === null || length > 4 || at + length > content.length) return null;
  return { value: bigEndian(content, at, length), length };
}

/** @returns a value of null where the size is unknown: live recordings */
function readSize(content: Uint8Array, at: number): Read<number | null> | null {
  const length = lengthOf(content, at);
  if (length === null || at + length > content.length) return null;
  const marked = bigEndian(content, at, length);
  const marker = 2 ** (7 * length);
  const value = marked - marker;
  return { value: value === marker - 1 ? null : value, length };
}

/** Of a number whose first set bit says how many bytes it takes. */
function lengthOf(content: Uint8Array, at: number): number | null {
  const first = content[at];
  return first === undefined || first === 0 ? null : Math.clz32(first) - 23;
}

/** Fragmented MP4 (ISO/IEC 14496-12): a fragment is whole with its media box. */
function lastMediaBox(content: Uint8Array): number {
  let reached = 0;
  for (let at = 0; at + 8 <= content.length; ) {
    const type = bigEndian(content, at + 4, 4);
    let size = bigEndian(content, at, 4);
    if (size === 1 && at + 16 <= content.length) size = bigEndian(content, at + 8, 8);
    if (size < 8 || at + size > content.length) break;
    at += size;
    if (type === MDAT) reached = at;
  }
  return reached;
}

function bigEndian(content: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let offset = 0; offset < length; offset += 1) value = value * 256 + (content[at + offset] ?? 0);
  return value;
}
