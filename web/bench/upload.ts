/** A spool full of segments, sent by the product's uploader and, the same parts, by PUTs and nothing else. */
import { BrowserSpool } from "../src/browser/spool/client";
import { isSealed, type RecordingKind } from "../src/core/segment";
import { office, uploaderOf, untilSent } from "./office";

const KINDS = ["camera", "screen"] as const;
const SLICE_BYTES = 512 * 1024;
/** What crypto.getRandomValues gives at once. */
const MOST_RANDOM = 65_536;

export class SpoolOfParts {
  private constructor(private readonly spool: BrowserSpool) {}

  /** Fill a spool with so many segments of so many bytes of each kind. */
  static async fill(
    this: void,
    sittingId: string,
    wanted: readonly (readonly [kind: RecordingKind, segments: number, bytes: number])[],
  ): Promise<SpoolOfParts> {
    const spool = await BrowserSpool.open(sittingId);
    for (const [kind, segments, bytes] of wanted) {
      for (let made = 0; made < segments; made += 1) {
        const id = await spool.begin(kind, "video/webm;codecs=vp8,opus", made * 1_000);
        for (let at = 0; at < bytes; at += SLICE_BYTES) {
          await spool.append(id, noise(Math.min(SLICE_BYTES, bytes - at)), made * 1_000);
        }
        await spool.seal(id, made * 1_000 + 1_000);
      }
    }
    return new SpoolOfParts(spool);
  }

  /** All of it by the uploader. @returns how many ms it took */
  async bySpool(run: string): Promise<number> {
    for (const segment of await this.spool.segments()) await this.spool.markAgain(segment.id);
    const uploader = uploaderOf(await office(run), this.spool, KINDS);
    const begun = performance.now();
    await untilSent(uploader);
    return performance.now() - begun;
  }

  /** The same parts from memory, as many at once: one of each kind. @returns how many ms it took */
  async byPuts(run: string): Promise<number> {
    const lanes = await Promise.all(KINDS.map(async (kind) => ({ kind, parts: await this.parts(kind) })));
    const begun = performance.now();
    await Promise.all(lanes.map(({ kind, parts }) => putAll(`/${run}/bucket/${kind}/1`, parts)));
    return performance.now() - begun;
  }

  private async parts(kind: RecordingKind): Promise<Blob[]> {
    const parts: Blob[] = [];
    for (const segment of await this.spool.segments()) {
      if (!isSealed(segment) || segment.kind !== kind) continue;
      for (let no = 1; no <= segment.seal.parts.length; no += 1) {
        parts.push(new Blob([await this.spool.readPart(segment.id, no)]));
      }
    }
    return parts;
  }
}

async function putAll(address: string, parts: readonly Blob[]): Promise<void> {
  for (const [at, body] of parts.entries()) {
    const answer = await fetch(`${address}/${at + 1}`, { method: "PUT", body });
    if (!answer.ok) throw new Error(`PUT: ${answer.status}`);
  }
}

function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += MOST_RANDOM) crypto.getRandomValues(bytes.subarray(at, at + MOST_RANDOM));
  return bytes;
}
