import { kindOfStatus } from "../neutral/kind-of-status.ts";
import type { VendorErrorKind } from "../neutral/vendor-error.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** What a failure of the vendor says, wherever it came from. */
export interface ErrorFacts {
  readonly status: number;
  /** Google's own code, e.g. `RESOURCE_EXHAUSTED`. */
  readonly code: string | undefined;
  readonly message: string;
  readonly details: readonly JsonObject[];
}

const contextExceeded =
  /input token count .{0,40}exceeds|exceeds the maximum number of tokens|context.{0,20}(length|window|size|is too long)|too many (input )?tokens|prompt.{0,10}too long|reduce the length/i;
const badKey = /api key (not valid|expired|not found)|API_KEY_(INVALID|EXPIRED)/i;
/** Money, not speed: waiting does not help. */
const noMoney = /billing|prepayment|credits? (are|is) depleted|spend(ing)? (cap|limit)/i;

/** The kind of a failure: by what the details say first, then the code, then the status. */
export function errorKind(facts: ErrorFacts): VendorErrorKind {
  const { status, code, message } = facts;
  // An unknown key is a bad request at this vendor.
  if (badKey.test(message) || reasonOf(facts).startsWith("API_KEY_")) return "authentication";
  if (contextExceeded.test(message) && status !== 429) return "context_exceeded";
  switch (code) {
    case "RESOURCE_EXHAUSTED":
      return isExhausted(facts) ? "quota_exhausted" : "rate_limited";
    case "FAILED_PRECONDITION":
      return noMoney.test(message) ? "quota_exhausted" : "permission";
    case "UNAUTHENTICATED":
      return "authentication";
    case "PERMISSION_DENIED":
      return "permission";
    case "UNAVAILABLE":
      return "overloaded";
    case "DEADLINE_EXCEEDED":
      return "timeout";
  }
  return statusKind(facts);
}

function statusKind(facts: ErrorFacts): VendorErrorKind {
  // The call was cancelled on the vendor's side.
  if (facts.status === 499) return "server_error";
  if (facts.status === 429 && isExhausted(facts)) return "quota_exhausted";
  return kindOfStatus(facts.status);
}

/** A quota of the day, or one of zero, does not come back by waiting a little. */
function isExhausted({ details, message }: ErrorFacts): boolean {
  const violations = details.flatMap(({ violations: list }) =>
    Array.isArray(list) ? list.filter(isObject) : [],
  );
  if (violations.some(({ quotaId }) => typeof quotaId === "string" && /PerDay/i.test(quotaId))) return true;
  if (violations.some(({ quotaValue }) => quotaValue === "0" || quotaValue === 0)) return true;
  return (
    /limit: 0\b/.test(message) || noMoney.test(message.replace(/check your plan and billing details/i, ""))
  );
}

function reasonOf({ details }: ErrorFacts): string {
  const reason = details.map((detail) => detail.reason).find((value) => typeof value === "string");
  return typeof reason === "string" ? reason : "";
}

/** How long `RetryInfo` says to wait, in milliseconds: `"34.4s"`. */
export function retryDelayMs(details: readonly JsonObject[]): number | undefined {
  for (const { retryDelay } of details) {
    const seconds = typeof retryDelay === "string" ? /^(\d+(?:\.\d+)?)s$/.exec(retryDelay)?.[1] : undefined;
    if (seconds !== undefined) return Math.round(Number(seconds) * 1000);
  }
  return undefined;
}

/** The first field at fault that a `BadRequest` detail names. */
export function violatedField(details: readonly JsonObject[]): string | undefined {
  for (const { fieldViolations: list } of details) {
    const field = Array.isArray(list) && isObject(list[0]) ? list[0].field : undefined;
    if (typeof field === "string" && field !== "") return field;
  }
  return undefined;
}
