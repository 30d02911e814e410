/** How fast this line uploads: growing bodies, so that a slow line is not kept waiting and a fast one is seen. */
import type { ApiClient } from "../../core/api";

/** The first opens the connection and is not counted. */
const WARM_BYTES = 1_024;
const SIZES = [64, 128, 256, 512].map((kib) => kib * 1024);
/** Longer than this tells no more. */
const ENOUGH_MS = 2_000;

/** @returns bits a second @throws ClientError */
export async function measureUpload(api: ApiClient, clock: () => number = () => performance.now()): Promise<number> {
  await api.call("POST /upload-probes", { body: noise(WARM_BYTES) });
  let best = 0;
  for (const size of SIZES) {
    const body = noise(size);
    const began = clock();
    await api.call("POST /upload-probes", { body });
    const tookMs = Math.max(1, clock() - began);
    best = Math.max(best, (size * 8 * 1000) / tookMs);
    if (tookMs > ENOUGH_MS) break;
  }
  return best;
}

/** Nothing on the way can make it smaller. */
function noise(bytes: number): Uint8Array<ArrayBuffer> {
  const filled = new Uint8Array(bytes);
  // The browser gives 64 KiB at a time.
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(filled.subarray(at, at + 65_536));
  return filled;
}
