import type { Quantiles } from "../load/load-spec.ts";

/** What one load on one target measured, in one round. Times in milliseconds unless the name says otherwise. */
export interface Sample {
  readonly target: string;
  readonly lane: string;
  readonly shape: string;
  readonly round: number;
  readonly requests: number;
  readonly failures: number;
  readonly firstFailure?: string;
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
  readonly latency: Quantiles;
  readonly firstByte: Quantiles;
  /** Resident right after the load. */
  readonly residentBytes: number;
  /** Connections the target closed although they were to be kept. */
  readonly reconnects: number;
}
