/** How long a recording plays, by its own timestamps: what it holds is not always what a busy page believes. */
import { numberAt, sizeAt, vintBytes } from "./whole";

const EBML = 0x1a45dfa3;
/** Segment, Cluster and BlockGroup (RFC 9559): their content is walked. */
const MASTERS: ReadonlySet<number> = new Set([0x18538067, 0x1f43b675, 0xa0]);
const CLUSTER_TIMESTAMP = 0xe7;
/** SimpleBlock and Block: a track's number, then the time since the cluster's, a signed short. */
const BLOCKS: ReadonlySet<number> = new Set([0xa3, 0xa1]);

/** Until the last frame begins, in ms, as browsers count them; null of what is not Matroska, or empty. */
export function playedMs(content: Uint8Array): number | null {
  if (content.length < 4 || numberAt(content, 0, 4) !== EBML) return null;
  let clusterMs = 0;
  let lastMs: number | null = null;
  for (let at = 0; at < content.length; ) {
    const idBytes = vintBytes(content[at]);
    const sizeBytes = vintBytes(content[at + idBytes]);
    const body = at + idBytes + sizeBytes;
    if (idBytes === 0 || sizeBytes === 0 || body > content.length) break;
    const id = numberAt(content, at, idBytes);
    const size = sizeAt(content, at + idBytes, sizeBytes);
    if (id === CLUSTER_TIMESTAMP) clusterMs = numberAt(content, body, size);
    if (BLOCKS.has(id)) lastMs = Math.max(lastMs ?? 0, clusterMs + shortAt(content, body + vintBytes(content[body])));
    at = MASTERS.has(id) ? body : body + size;
  }
  return lastMs;
}

function shortAt(content: Uint8Array, at: number): number {
  const value = numberAt(content, at, 2);
  return value < 0x8000 ? value : value - 0x10000;
}
