import type { UsageDimension, UsageSums } from "../../storage/ledger/usage-query.ts";

/** What the requests of one group used and cost. A dimension is there only if it was asked for. */
export interface UsageGroup {
  readonly by: Partial<Readonly<Record<UsageDimension, string>>>;
  /** Where the hour, day or month begins; milliseconds since the epoch. */
  readonly start: number | undefined;
  readonly sums: UsageSums;
  /** USD, of whatever source. */
  readonly costUsd: number;
  /** Milliseconds, on average over completed requests; undefined when there was none. */
  readonly firstByteMs: number | undefined;
  readonly totalMs: number | undefined;
}

/** One row of sums as services tell it. */
export function toUsageGroup(sums: UsageSums, groupBy: readonly UsageDimension[]): UsageGroup {
  const by: Partial<Record<UsageDimension, string>> = {};
  let start: number | undefined;
  for (const [at, dimension] of groupBy.entries()) {
    const cell = sums.group[at];
    if (isTime(dimension)) start = Number(cell);
    else by[dimension] = String(cell);
  }
  const { costReportedUsd, costComputedUsd, costListedUsd, costEstimatedUsd, completed } = sums;
  const average = (us: number) => (completed === 0 ? undefined : Math.round(us / completed) / 1000);
  return {
    by,
    start,
    sums,
    costUsd: costReportedUsd + costComputedUsd + costListedUsd + costEstimatedUsd,
    firstByteMs: average(sums.completedFirstByteUs),
    totalMs: average(sums.completedTotalUs),
  };
}

export function isTime(dimension: UsageDimension): dimension is "hour" | "day" | "month" {
  return dimension === "hour" || dimension === "day" || dimension === "month";
}
