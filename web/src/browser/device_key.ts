/** The key that makes this browser the device: born here, non-extractable, kept in IndexedDB. */
import { base64url } from "../core/base64";
import type { Signer } from "../core/proof";
import type { BrowserKey } from "../generated/api";
import { Shelf } from "./database";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;

export class DeviceKey implements Signer {
  private constructor(
    private readonly pair: CryptoKeyPair,
    /** The public half, as the API takes it. */
    readonly publicKey: BrowserKey,
  ) {}

  /** The key of this browser for a purpose (`candidate`, `phone`, `staff`), made at the first call. */
  static async of(purpose: string): Promise<DeviceKey> {
    const shelf = new Shelf("viva-keys");
    let pair = await shelf.get<CryptoKeyPair>(purpose);
    // A key of two tabs that begin at once is that of the first.
    pair ??= await shelf.putFirst(purpose, await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]));
    const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    return new DeviceKey(pair, { x, y });
  }

  async sign(text: string): Promise<string> {
    const bytes = new TextEncoder().encode(text);
    return base64url(new Uint8Array(await crypto.subtle.sign(SIGNING, this.pair.privateKey, bytes)));
  }
}
