import type { Page } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import { type ListUsageInput, listUsage } from "./list-usage.ts";
import type { UsageGroup } from "./usage-group.ts";

/** One day of one model: what the vendor said it cost beside what its prices say. Costs in USD. */
export interface Reconciliation {
  readonly group: UsageGroup;
  /** Requests that have both figures, of usage that the vendor reported. */
  readonly compared: number;
  readonly reportedUsd: number;
  readonly computedUsd: number;
  /** Reported less computed. */
  readonly differenceUsd: number;
  /** The difference as a share of what was computed; undefined when that is nothing. */
  readonly ratio: number | undefined;
}

export interface ReconciliationPage extends Page<Reconciliation> {
  readonly from: number;
  readonly to: number | undefined;
}

/** The org's reported and computed costs by day, provider and model, from the rollups alone. */
export async function reconcile(
  ctx: ServiceContext,
  input: Pick<ListUsageInput, "orgId" | "from" | "to" | "filter" | "limit" | "cursor">,
): Promise<ReconciliationPage> {
  const page = await listUsage(ctx, { ...input, groupBy: ["day", "provider", "model"] });
  return { ...page, data: page.data.map(toReconciliation) };
}

function toReconciliation(group: UsageGroup): Reconciliation {
  const { comparedRequests, comparedReportedUsd, comparedComputedUsd } = group.sums;
  const differenceUsd = comparedReportedUsd - comparedComputedUsd;
  return {
    group,
    compared: comparedRequests,
    reportedUsd: comparedReportedUsd,
    computedUsd: comparedComputedUsd,
    differenceUsd,
    ratio: comparedComputedUsd === 0 ? undefined : differenceUsd / comparedComputedUsd,
  };
}
