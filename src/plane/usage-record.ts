import type { Usage } from "../wire/neutral/usage.ts";

/** What one request used, as the data plane hands it to the ledger. */
export interface UsageRecord {
  /** `req_…`; the ledger keeps each once. */
  readonly requestId: string;
  readonly orgId: string;
  readonly keyId: string;
  /** Undefined when no provider was chosen. */
  readonly providerId: string | undefined;
  readonly providerName: string | undefined;
  /** The model as the caller named it. */
  readonly requestedModel: string;
  /** The id the vendor was asked for. */
  readonly wireModel: string | undefined;
  readonly surface: string;
  readonly protocol: string | undefined;
  readonly stream: boolean;
  readonly passthrough: boolean;
  readonly outcome: "completed" | "failed" | "client_disconnected";
  /** HTTP status the client saw, or would have seen. */
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly usage: Usage;
  /** Usage was not reported and was worked out by us. */
  readonly usageEstimated: boolean;
  /** USD; undefined when the model has no price. */
  readonly costUsd: number | undefined;
  readonly costSource: "reported" | "computed" | "listed" | "none";
  /** USD by the model's prices, also where the vendor's own figure is the cost; absent when the model has no price. */
  readonly computedCostUsd?: number | undefined;
  /** Losses as the `x-penstock-loss` header says them; empty when there were none. */
  readonly losses: string;
  /** The route that chose the model; absent when the caller named one. */
  readonly route?: string | undefined;
  readonly agent?: string | undefined;
  readonly agentRole?: string | undefined;
  /** Every call of a vendor, in the order they began; absent where none was made or the ledger kept none. */
  readonly attempts?: readonly AttemptRecord[] | undefined;
  /** The vendor's tier that served it, in the vendor's word. */
  readonly serviceTier?: string | undefined;
  /** Which prices the cost was computed with. */
  readonly priceVersion?: string | undefined;
  /** Milliseconds since the epoch, when the request arrived. */
  readonly startedAt: number;
  readonly timing: Timing;
}

/** One call of a vendor on behalf of a request. */
export interface AttemptRecord {
  readonly providerId: string;
  readonly provider: string;
  readonly model: string;
  readonly outcome: "completed" | "failed" | "cancelled";
  /** Why it failed. */
  readonly errorCode?: string | undefined;
  readonly status?: number | undefined;
  /** Microseconds from the call to its end or its first byte of content, whichever came first. */
  readonly us: number;
  /** USD it is known or estimated to have cost, where it is not the one that answered. */
  readonly costUsd?: number | undefined;
}

/** Microseconds. */
export interface Timing {
  /** Arrival to the vendor call: reading, authentication, resolution, translation. */
  readonly before: number;
  /** Vendor call to its first byte of content. */
  readonly upstreamFirstByte: number;
  /** Arrival to the first byte of content handed to the client. */
  readonly firstByte: number;
  readonly total: number;
  /** What of `total` was spent here, waiting for neither client nor vendor. Undefined where the ledger is read. */
  readonly overhead?: number;
}

/** Where the data plane leaves its records. Never waits; the queue behind it is bounded. */
export interface UsageSink {
  add(record: UsageRecord): void;
}
