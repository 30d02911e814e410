import { describe, expect, it } from "vitest";
import { authorizeUrl, holdsReturn, readReturn, thumbprint } from "./oidc";

const DEPARTURE = { state: "s-1", role: "officer" } as const;

describe("the way over an identity provider", () => {
  it("binds the token to the key by the thumbprint of RFC 7638", async () => {
    // RFC 9449, 6.1 names this key and its thumbprint.
    const key = { x: "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", y: "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA" };
    expect(await thumbprint(key)).toBe("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
  });

  it("asks for an ID token and nothing else, and keeps what the provider's address has", () => {
    const url = new URL(
      authorizeUrl({ authorize_url: "https://id.test/authorize?tenant=7", client_id: "viva" }, "https://v.test/staff.html", "s", "n"),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: "7",
      response_type: "id_token",
      scope: "openid",
      client_id: "viva",
      redirect_uri: "https://v.test/staff.html",
      state: "s",
      nonce: "n",
    });
  });

  it("takes a token only on the return of its own departure", () => {
    expect(readReturn("#id_token=abc&state=s-1", DEPARTURE)).toEqual({ idToken: "abc", role: "officer" });
    expect(readReturn("#id_token=abc&state=another", DEPARTURE)).toBeNull();
    expect(readReturn("#id_token=abc&state=s-1", null)).toBeNull();
    expect(readReturn("#/exams", DEPARTURE)).toBeNull();
  });

  it("sees a token in the address that nobody here asked for", () => {
    expect(holdsReturn("#id_token=abc&state=another")).toBe(true);
    expect(holdsReturn("#error=access_denied&state=s-1")).toBe(true);
    expect(holdsReturn("#/exams/exam_1/board")).toBe(false);
  });

  it("knows that the provider refused", () => {
    expect(readReturn("#error=access_denied&state=s-1", DEPARTURE)).toBe("refused");
  });
});
