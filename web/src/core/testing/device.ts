/** A device whose clock may be wrong, set or asleep, and its key. */
import type { webcrypto } from "node:crypto";
import { base64url } from "../base64";
import type { DeviceClocks } from "../clock";
import type { Signer } from "../proof";
import type { FakeTime } from "./time";

export class FakeClocks implements DeviceClocks {
  /** By how much the device's clock is ahead of the truth. */
  wrongBy = 0;
  private slept = 0;
  private readonly born: number;

  constructor(private readonly time: FakeTime) {
    this.born = time.nowMs;
  }

  /** Time passes, and the monotonic clock does not see it. */
  sleepFor(ms: number): void {
    this.time.nowMs += ms;
    this.slept += ms;
  }

  monotonic(): number {
    return this.time.nowMs - this.born - this.slept;
  }

  wall(): number {
    return this.time.nowMs + this.wrongBy;
  }
}

export class FakeSigner implements Signer {
  private constructor(readonly pair: webcrypto.CryptoKeyPair) {}

  static async make(): Promise<FakeSigner> {
    return new FakeSigner(
      await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]),
    );
  }

  async sign(text: string): Promise<string> {
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    return base64url(
      new Uint8Array(await crypto.subtle.sign(algorithm, this.pair.privateKey, new TextEncoder().encode(text))),
    );
  }
}
