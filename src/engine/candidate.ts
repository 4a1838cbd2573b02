import type { Target } from "./plane.ts";

/** One model that may answer a call, with what its route says of it. */
export interface Candidate {
  readonly target: Target;
  /** Share of the calls where the strategy goes by weight; 0: only when the others fail. */
  readonly weight: number;
  /** Set in the request when it goes here; null removes a field. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** In place of the provider's, milliseconds. */
  readonly timeouts?: { readonly firstByteMs?: number; readonly idleMs?: number } | undefined;
}

/** What is known of how a target does, from the calls of this process. */
export interface TargetView {
  /** Milliseconds to the first byte of content, smoothed; undefined before the first answer. */
  readonly firstByteMs: number | undefined;
  /** The 95th percentile of the same; undefined while too few answers are known. */
  readonly p95FirstByteMs: number | undefined;
  /** Calls under way. */
  readonly inFlight: number;
  /** Milliseconds until it may be asked again, as the vendor or its circuit says; 0: now. */
  readonly coolingMs: number;
  /** Why it cools; undefined when it does not. */
  readonly coolingReason: "rate_limited" | "quota_exhausted" | "circuit_open" | undefined;
}

/** Looks at targets; the strategies of routes and their explanation read it. */
export interface TargetViews {
  view(target: Target, now: number): TargetView;
}
