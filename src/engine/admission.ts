import type { Usage } from "../wire/neutral/usage.ts";
import type { Call } from "./call.ts";
import type { Target } from "./plane.ts";
import type { RoutedCall } from "./read-call.ts";

/** One vendor call that asks to be let through. */
export interface AdmissionRequest {
  readonly call: Call;
  readonly routed: RoutedCall;
  /** The model that is to be called. */
  readonly target: Target;
  /** 0 until a vendor call of this request was let through; later ones are no further request of the caller's. */
  readonly attempt: number;
}

/** What was reserved for one vendor call. */
export interface Lease {
  /** Adds what an answer says of the caller's limits: `x-ratelimit-…`, in the client's dialect. */
  addHeaders(headers: Record<string, string>): void;
  /** Replaces the estimate by what was used; `costUsd` undefined: no price is known. Exactly one call counts. */
  settle(usage: Usage, costUsd: number | undefined): void;
}

/**
 * Decides before a vendor is called whether limits and budgets have room for it, and holds that room. Answers at once where
 * nothing must be asked; undefined: nothing limits this call.
 *
 * Throws or rejects with `PenstockError`: `rate_limited` for the caller's own limits, which end the request; `budget_exceeded` and
 * `model_unpriced`, after which a cheaper target may be tried; `provider_limited`, after which that of another provider may.
 */
export interface Admission {
  admit(request: AdmissionRequest): Lease | undefined | Promise<Lease | undefined>;
}
