import type { VendorErrorKind } from "./vendor-error.ts";

/** What an HTTP status alone says of a failure; protocols look at their own codes and words first. */
export function kindOfStatus(status: number): VendorErrorKind {
  switch (status) {
    case 401:
      return "authentication";
    case 402:
      return "quota_exhausted";
    case 403:
      return "permission";
    case 404:
      return "not_found";
    case 408:
    case 504:
    case 524:
      return "timeout";
    case 413:
      return "too_large";
    case 429:
      return "rate_limited";
    case 503:
    case 529:
      return "overloaded";
    default:
      return status >= 400 && status < 500 ? "invalid_request" : "server_error";
  }
}
