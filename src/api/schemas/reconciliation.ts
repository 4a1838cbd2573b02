import { z } from "@hono/zod-openapi";
import type { Reconciliation } from "../../services/usage/reconcile.ts";
import { timeSchema, toTime } from "./common.ts";

const count = z.int().min(0);
const usd = z.number();

export const reconciliationSchema = z
  .object({
    start: timeSchema.describe("When the day begins (UTC)"),
    provider_id: z.string().nullable(),
    provider: z.string().nullable(),
    model: z.string().nullable(),
    requests: count,
    cost_usd: usd.describe("As the ledger counts it: reported where there is a report, else computed"),
    compared_requests: count.describe("That have both figures"),
    reported_usd: usd.describe("What the vendor says those cost"),
    computed_usd: usd.describe("What their prices say they cost"),
    difference_usd: usd.describe("`reported_usd` less `computed_usd`"),
    difference_ratio: z.number().nullable().describe("The difference as a share of `computed_usd`"),
    estimated_requests: count.describe("Whose usage the vendor did not report"),
    unpriced_requests: count.describe("Of a model without a price, so that their cost is unknown"),
  })
  .openapi("Reconciliation");

/** A day of a model as the API writes it. */
export function toReconciliation(row: Reconciliation): z.infer<typeof reconciliationSchema> {
  const { group } = row;
  return {
    start: toTime(group.start ?? 0),
    provider_id: group.by.provider || null,
    provider: group.sums.providerName ?? null,
    model: group.by.model || null,
    requests: group.sums.requests,
    cost_usd: money(group.costUsd),
    compared_requests: row.compared,
    reported_usd: money(row.reportedUsd),
    computed_usd: money(row.computedUsd),
    difference_usd: money(row.differenceUsd),
    difference_ratio: row.ratio === undefined ? null : Number(row.ratio.toFixed(6)),
    estimated_requests: group.sums.estimatedRequests,
    unpriced_requests: group.sums.unpricedRequests,
  };
}

/** Without the dust of binary fractions. */
function money(amount: number): number {
  return Number(amount.toFixed(12));
}

export const rebuildSchema = z.strictObject({
  from: z.iso
    .datetime({ offset: true })
    .max(40)
    .optional()
    .describe("From this hour on; from the oldest row unless told"),
  to: z.iso.datetime({ offset: true }).max(40).optional().describe("Up to this hour"),
});

export const rebuiltSchema = z
  .object({
    hours: count.describe("Hours that were summed up anew"),
    corrected: count.describe("Those whose sums were wrong"),
    kept: count.describe("Hours left as they are, since some of their rows are gone"),
  })
  .openapi("UsageRebuild");

/** For clients of the API. */
export type ReconciliationBody = z.infer<typeof reconciliationSchema>;
export type RebuildBody = z.infer<typeof rebuiltSchema>;
