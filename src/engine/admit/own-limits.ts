import type { HeaderReader } from "../../wire/header-reader.ts";

/** A vendor's rate-limit headers and its word whether to try again, which clients' own back-off reads. */
export function vendorLimits(vendor: HeaderReader): Record<string, string> {
  const headers: Record<string, string> = {};
  addVendorLimits(headers, vendor);
  return headers;
}

/**
 * Adds them to the headers of an answer. Where the caller is limited here a vendor's rates are left out: a client would read both
 * as one, and ours are the ones it can run into.
 */
export function addVendorLimits(headers: Record<string, string>, vendor: HeaderReader): void {
  if (!tellsRates(headers))
    for (const name of vendor.keys(rate)) if (isRate(name)) headers[name] = vendor.get(name) ?? "";
  const advice = vendor.get("x-should-retry");
  if (advice !== null) headers["x-should-retry"] = advice;
}

/** In `x-ratelimit-…` and `anthropic-ratelimit-…`. */
const rate = "ratelimit-";

/** The headers of a failure: a vendor's, as above, and what the answer would have said of the caller's own limits. */
export function failureLimits(
  failure: Readonly<Record<string, string>>,
  answer: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = tellsRates(answer);
  const told = Object.entries(failure).filter(([name]) => !own || !isRate(name));
  const limits = Object.entries(answer).filter(([name]) => (own && isRate(name)) || ownNames.test(name));
  return Object.fromEntries([...told, ...limits]);
}

const ownNames = /^x-penstock-(budget|concurrency)-/;

function isRate(name: string): boolean {
  return name.includes(rate);
}

function tellsRates(headers: Readonly<Record<string, string>>): boolean {
  return "x-ratelimit-limit-requests" in headers || "x-ratelimit-limit-tokens" in headers;
}
