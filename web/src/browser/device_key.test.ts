import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { fromBase64 } from "../core/base64";
import { DeviceKey } from "./device_key";

async function isSignedBy(key: DeviceKey, text: string, signature: string): Promise<boolean> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const jwk = { kty: "EC", crv: "P-256", ...key.publicKey };
  const imported = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  const bytes = new TextEncoder().encode(text);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, fromBase64(signature), bytes);
}

test("the key stays the same through a reload, and signs for its public half", async () => {
  const first = await DeviceKey.of("candidate");
  const again = await DeviceKey.of("candidate");

  const signature = await again.sign("viva");

  expect(again.publicKey).toEqual(first.publicKey);
  expect(signature).toMatch(/^[\w-]{86}$/);
  expect(await isSignedBy(first, "viva", signature)).toBe(true);
});

test("two tabs that begin at once agree on one key", async () => {
  const [one, two] = await Promise.all([DeviceKey.of("phone"), DeviceKey.of("phone")]);

  expect(one.publicKey).toEqual(two.publicKey);
});

test("another purpose has another key", async () => {
  const [candidate, staff] = await Promise.all([DeviceKey.of("candidate"), DeviceKey.of("staff")]);

  expect(candidate.publicKey).not.toEqual(staff.publicKey);
});
