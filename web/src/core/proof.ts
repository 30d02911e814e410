/** Proof of possession: every request with a token is signed by the key that never leaves the device. */
import { base64url, sha256 } from "./base64";

export const PROOF_HEADER = "Viva-Proof";

/** The device's key: signs a text as ES256 does (r‖s, base64url). */
export interface Signer {
  sign(text: string): Promise<string>;
}

/** What a proof speaks for. `path` is the API's own, without stage prefix and query. */
export interface Proven {
  readonly method: string;
  readonly path: string;
  readonly token: string;
}

/**
 * The header's value, `<iat_ms>.<jti>.<signature>`, good for one request.
 *
 * @param nowMs the server's time as the device knows it
 */
export async function proofOf(signer: Signer, proven: Proven, nowMs: number, jti: string = newJti()): Promise<string> {
  const iat = Math.round(nowMs);
  const text = ["viva-proof", proven.method, proven.path, await sha256(proven.token), iat, jti].join("|");
  return `${iat}.${jti}.${await signer.sign(text)}`;
}

/** 16 random bytes: no proof is like another. */
export function newJti(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** What is signed to resume a session after a reload or a crash. */
export function resumeText(sessionId: string, signedAt: string): string {
  return `viva-resume|${sessionId}|${signedAt}`;
}
