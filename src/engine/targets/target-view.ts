import type { Target } from "../plane.ts";

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
