/**
 * The sealed paper through a reload while the network is down: ciphertext only, the key is never kept. Without it the
 * paper is fetched again.
 */
import { Shelf } from "./database";

const shelf = new Shelf("viva-papers");

export function loadSealed(sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return shelf.get<Uint8Array<ArrayBuffer>>(sha256).catch(() => undefined);
}

export function keepSealed(sha256: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
  return shelf.put(sha256, sealed).catch(() => undefined);
}
