/** The way over an identity provider and back: implicit flow with an ID token (OpenID Connect Core 1.0, 3.2). */
import { base64url } from "../../../core/base64";
import type { StaffRole } from "../shell/desk";
import type { BrowserKey } from "../../../generated/api";

export interface Provider {
  readonly authorize_url: string;
  readonly client_id: string;
}

/** What is remembered while one is away: to know one's own return, and the role that was asked for. */
export interface Departure {
  readonly state: string;
  readonly role: StaffRole;
}

export interface Return {
  readonly idToken: string;
  readonly role: StaffRole;
}

/** SHA-256 thumbprint of a P-256 key (RFC 7638): its required members in this order, without spaces. */
export async function thumbprint({ x, y }: BrowserKey): Promise<string> {
  const canonical = JSON.stringify({ crv: "P-256", kty: "EC", x, y });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical));
  return base64url(new Uint8Array(digest));
}

/** Where to go. The nonce binds the token to this browser's key. */
export function authorizeUrl(provider: Provider, redirectUri: string, state: string, nonce: string): string {
  const url = new URL(provider.authorize_url);
  const asked = {
    response_type: "id_token",
    scope: "openid",
    client_id: provider.client_id,
    redirect_uri: redirectUri,
    state,
    nonce,
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * What the provider sent back in the fragment.
 *
 * @returns null when this is no return at all, or one that was not begun here
 */
export function readReturn(fragment: string, departure: Departure | null): Return | "refused" | null {
  const told = new URLSearchParams(fragment.replace(/^#/, ""));
  const state = told.get("state");
  if (state === null || departure === null || state !== departure.state) return null;
  const idToken = told.get("id_token");
  return idToken === null ? "refused" : { idToken, role: departure.role };
}

/** Whether an address holds what a provider sent, whoever asked it to: that is never left to stand there. */
export function holdsReturn(fragment: string): boolean {
  return /[#&](id_token|state)=/.test(fragment);
}

const KEPT_AS = "viva-oidc-departure";

export function rememberDeparture(departure: Departure): void {
  sessionStorage.setItem(KEPT_AS, JSON.stringify(departure));
}

/** The departure, once: it is forgotten by asking. */
export function takeDeparture(): Departure | null {
  const kept = sessionStorage.getItem(KEPT_AS);
  sessionStorage.removeItem(KEPT_AS);
  return kept === null ? null : (JSON.parse(kept) as Departure);
}
