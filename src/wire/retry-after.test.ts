import { expect, test } from "bun:test";
import { retryAfterMs } from "./retry-after.ts";

const date = "Sat, 21 Nov 2026 10:00:00 GMT";

test.each([
  [{ "retry-after-ms": "1250.4", "retry-after": "9" }, 1250],
  [{ "retry-after": "7" }, 7000],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT", date }, 30_000],
  [{ "retry-after": "Sat, 21 Nov 2026 09:00:00 GMT", date }, 0],
  [{ "x-ratelimit-reset-requests": "12ms" }, 12],
  [{ "x-ratelimit-reset-requests": "6m0s" }, 360_000],
  [{ "x-ratelimit-reset-tokens": "1h2m3s" }, 3_723_000],
  [{ "x-ratelimit-reset-tokens": "1.5s" }, 1500],
  [{ "x-ratelimit-reset-tokens": "17" }, 17_000],
  [{ "x-ratelimit-reset": String(Date.parse(date) + 4000), date }, 4000],
  [{ "retry-after": "soon", "x-ratelimit-reset-tokens": "2s" }, 2000],
] as [Record<string, string>, number][])("%p asks to wait %p ms", (headers, wait) => {
  expect(retryAfterMs(new Headers(headers))).toBe(wait);
});

test("the bucket that is empty decides, not the one that still has room", () => {
  const headers = new Headers({
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "20s",
    "x-ratelimit-remaining-tokens": "149000",
    "x-ratelimit-reset-tokens": "6ms",
  });
  expect(retryAfterMs(headers)).toBe(20_000);
});

test.each([
  [{}],
  [{ "retry-after": "-3" }],
  [{ "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT" }],
  [{ "retry-after": "" }],
  [{ "x-ratelimit-reset-tokens": "later" }],
  [{ "x-ratelimit-reset": "1795255200000" }],
] as [Record<string, string>][])("%p says nothing", (headers) => {
  expect(retryAfterMs(new Headers(headers))).toBeUndefined();
});

test("the caller's clock measures dates when the answer has no date", () => {
  const headers = new Headers({ "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT" });
  expect(retryAfterMs(headers, Date.parse(date))).toBe(30_000);
});
