import type { RebuildResult } from "../../storage/ledger/rebuild-rollups.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireOrder } from "./usage-interval.ts";

export interface RebuildInput {
  readonly orgId: string;
  /** Milliseconds since the epoch, taken down to its hour; from the oldest row on unless told. */
  readonly from?: number | undefined;
  /** Exclusive, taken up to its hour. */
  readonly to?: number | undefined;
}

const hourMs = 3_600_000;

/**
 * Sums the org's hours up anew from the ledger's rows, while calls go on. Hours whose rows are gone keep their sums. Throws
 * `unprocessable` for an end that is not after the beginning.
 */
export async function rebuildUsage(ctx: ServiceContext, input: RebuildInput): Promise<RebuildResult> {
  requireAdmin(ctx, input.orgId);
  requireOrder(input.from, input.to);
  const { orgId } = input;
  const from = input.from && Math.floor(input.from / hourMs) * hourMs;
  const to = input.to && Math.ceil(input.to / hourMs) * hourMs;
  await ctx.flushLedger?.();
  const result = await ctx.storage.ledger.rebuild({ orgId, from, to });
  // After it: each hour is a transaction of its own, and a call that was cut off is simply made again.
  await ctx.storage.change(async (writes) => {
    const org = await requireOrg(writes, orgId);
    await recordAct(ctx, writes, {
      ...{ orgId, action: "usage.rebuild", target: { kind: "org", id: orgId, name: org.name } },
      after: { from, to, ...result },
    });
  });
  return result;
}
