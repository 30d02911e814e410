import { expect, test } from "vitest";
import { readLink } from "./link";

test("the address of the QR code gives invitation and secret", () => {
  expect(readLink("https://exam.example/phone#inv_9f.s3-cret_")).toEqual({ invitationId: "inv_9f", secret: "s3-cret_" });
  expect(readLink(" #inv_9f.s3cret\n")).toEqual({ invitationId: "inv_9f", secret: "s3cret" });
});

test.each(["", "#", "https://exam.example/phone", "WIFI:S:home;;", "#inv_9f", "#inv/9f.secret", "#a.b.c"])(
  "another code (%j) is none of ours",
  (text) => {
    expect(readLink(text)).toBeNull();
  },
);
