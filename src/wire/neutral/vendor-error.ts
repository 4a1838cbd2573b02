import type { FailureFacts } from "../../errors/penstock-error.ts";

/** What kind of failure a vendor reported; decides status, retry and fallback. */
export type VendorErrorKind =
  | "invalid_request"
  | "context_exceeded"
  | "authentication"
  | "permission"
  | "not_found"
  | "rate_limited"
  | "quota_exhausted"
  | "too_large"
  | "overloaded"
  | "timeout"
  | "server_error";

/** A vendor's failure, before a stream or inside one. */
export interface VendorError {
  readonly kind: VendorErrorKind;
  /** HTTP status, or its equivalent when the error came inside a stream. */
  readonly status: number;
  /** The vendor's own words, at most 1,000 characters, for kinds the caller can act on (see `engine/upstream-failure`). */
  readonly message: string;
  /** The vendor's own code or type. */
  readonly code?: string;
  /** The request field at fault, where the vendor says. */
  readonly param?: string;
  readonly retryAfterMs?: number;
  /** What clients of the vendor's protocol act on: identifiers only. */
  readonly facts?: FailureFacts;
}
