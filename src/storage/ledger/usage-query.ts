/** What usage can be grouped by. */
export const usageDimensions = [
  ...(["hour", "day", "month"] as const),
  ...(["provider", "model", "key", "surface", "outcome"] as const),
  ...(["route", "agent", "agent_role"] as const),
] as const;

export type UsageDimension = (typeof usageDimensions)[number];

/** Which requests count; undefined: all. */
export interface UsageFilter {
  /** Id or name. */
  readonly key?: string | undefined;
  /** Id or name. */
  readonly provider?: string | undefined;
  /** The id the vendor was asked for. */
  readonly model?: string | undefined;
  readonly surface?: string | undefined;
  readonly outcome?: string | undefined;
  readonly route?: string | undefined;
  readonly agent?: string | undefined;
  readonly agentRole?: string | undefined;
}

/** Sums over an org's requests, by any dimensions. */
export interface UsageQuery {
  readonly orgId: string;
  /** Milliseconds since the epoch, the beginning of an hour. */
  readonly from: number;
  /** Exclusive, the beginning of an hour; undefined: no end. */
  readonly to: number | undefined;
  /** In the order the groups are sorted by; none: one sum over everything. */
  readonly groupBy: readonly UsageDimension[];
  readonly filter: UsageFilter;
  readonly sort: { readonly by: "group" | "requests" | "cost_usd"; readonly descending: boolean };
  /** The group the page before ended with, and the value it was sorted by (undefined: by the group). */
  readonly after: { readonly value: number | undefined; readonly group: readonly GroupCell[] } | undefined;
  readonly limit: number;
}

/** A time in milliseconds since the epoch, or a text. */
export type GroupCell = number | string;

/** One group and its sums; costs in USD, times in microseconds. */
export interface UsageSums {
  /** Cells in the order of `groupBy`; an empty text where there is none. */
  readonly group: readonly GroupCell[];
  /** What the list was sorted by; undefined: by the group. */
  readonly sortValue: number | undefined;
  readonly providerName: string | undefined;
  readonly keyName: string | undefined;
  readonly requests: number;
  readonly completed: number;
  readonly failed: number;
  readonly disconnected: number;
  readonly estimatedRequests: number;
  readonly unpricedRequests: number;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
  readonly audioInput: number;
  readonly audioOutput: number;
  readonly costReportedUsd: number;
  readonly costComputedUsd: number;
  readonly costListedUsd: number;
  readonly costEstimatedUsd: number;
  /** Sums over completed requests only: how long failures took says nothing of the model. */
  readonly completedFirstByteUs: number;
  readonly completedTotalUs: number;
  /** Requests with a reported and a computed cost, and what each says. */
  readonly comparedRequests: number;
  readonly comparedReportedUsd: number;
  readonly comparedComputedUsd: number;
}
