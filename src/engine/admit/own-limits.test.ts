import { expect, test } from "bun:test";
import { addVendorLimits } from "./own-limits.ts";

const vendor = new Headers({
  "content-type": "application/json",
  "X-RateLimit-Limit-Requests": "5000",
  "anthropic-ratelimit-tokens-remaining": "7",
  "x-should-retry": "false",
});

test("a vendor's limits are told where the caller has none here, and else only whether to try again", () => {
  const free: Record<string, string> = { a: "b" };
  addVendorLimits(free, vendor);
  expect(free).toEqual({
    a: "b",
    "x-ratelimit-limit-requests": "5000",
    "anthropic-ratelimit-tokens-remaining": "7",
    "x-should-retry": "false",
  });
  const limited: Record<string, string> = { "x-ratelimit-limit-tokens": "10" };
  addVendorLimits(limited, vendor);
  expect(limited).toEqual({ "x-ratelimit-limit-tokens": "10", "x-should-retry": "false" });
});
