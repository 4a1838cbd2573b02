import type { RouteStrategy } from "../../plane/route-config.ts";

/** Where a call would go and why, in the words of the REST API. */
export interface CallExplanation {
  /** The name that was resolved. */
  readonly model: string;
  readonly rule: "alias" | "route" | "provider_model" | "model_id" | "none";
  readonly route: {
    readonly id: string;
    readonly name: string;
    readonly strategy: RouteStrategy;
    /** How often one target is tried again; null: as the server is set. */
    readonly retries: number | null;
    /** What keeps this call at its target; null: nothing, or another strategy. */
    readonly sticky_id: string | null;
  } | null;
  /** Those that would be tried, in their order; after them the others. */
  readonly candidates: ExplainedCandidate[];
  /** Names much like it, when nothing matched. */
  readonly near: string[];
  /** What this process cannot know, in whole sentences. */
  readonly unknown: string[];
}

export interface ExplainedCandidate {
  /** Null: the model is out of use, and the data plane knows its id only. */
  readonly provider: string | null;
  readonly provider_id: string | null;
  readonly model: string | null;
  readonly model_id: string;
  /** From 1; null: it would not be called. */
  readonly position: number | null;
  readonly kept: boolean;
  readonly reasons: { readonly code: ReasonCode; readonly message: string }[];
  readonly weight: number;
  readonly parameters: Record<string, unknown> | null;
  readonly price: PriceEstimate | null;
  /** Null: not known. */
  readonly headroom: HeadroomLevel[] | null;
  /** As the `x-penstock-loss` header says them; null: not known. */
  readonly losses: string[] | null;
}

/** Why a candidate stands where it does. */
export const reasonCodes = [
  "first",
  "next",
  "reserve",
  "provider_down",
  "cooling",
  "circuit_open",
  "context_too_small",
  "lossy",
  "model_out_of_use",
  "key_may_not",
  "issued_state",
  "state_elsewhere",
  "misconfigured",
  "wrong_kind",
  "request_refused",
  "loss_refused",
  "limit_refuses",
] as const;
/** One of these. */
export type ReasonCode = (typeof reasonCodes)[number];

/** USD. */
export interface PriceEstimate {
  readonly input_tokens: number;
  /** Null: neither request nor model says how long an answer may be. */
  readonly max_output_tokens: number | null;
  readonly input_usd: number;
  readonly max_output_usd: number | null;
  readonly max_usd: number | null;
}

/** How much of one limit is left. */
export interface HeadroomLevel {
  /** Whose: `org`, `key ci`, `provider main`. */
  readonly subject: string;
  /** Which of its numbers, e.g. `requests_per_minute`. */
  readonly measure: string;
  /** Requests, tokens, calls, or USD. */
  readonly limit: number;
  readonly remaining: number;
  /** What this call asks for; null: the model has no price to count, which the budget refuses. */
  readonly needed: number | null;
  readonly fits: boolean;
}
