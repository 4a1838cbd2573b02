import type { HeaderReader } from "../../wire/header-reader.ts";
import { limitHeaders } from "../upstream-failure.ts";

/**
 * Adds a vendor's rate-limit headers to those of an answer. Where the caller is limited here they are left out: a client would
 * read both as one, and ours are the ones it can run into.
 */
export function addVendorLimits(headers: Record<string, string>, vendor: HeaderReader): void {
  const own = tellsRates(headers);
  for (const [name, value] of Object.entries(limitHeaders(vendor)))
    if (!own || !isRate(name)) headers[name] = value;
}

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
  return name.includes("ratelimit-");
}

function tellsRates(headers: Readonly<Record<string, string>>): boolean {
  return "x-ratelimit-limit-requests" in headers || "x-ratelimit-limit-tokens" in headers;
}
