import type { UsageRecord } from "../../plane/usage-record.ts";
import { notFound, requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";

/** One row of the org's ledger, also if it is still queued in this process. Throws `not_found`. */
export async function getRequest(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly requestId: string },
): Promise<UsageRecord> {
  requireViewer(ctx, input.orgId);
  const { ledger } = ctx.storage;
  const found = await ledger.find(input);
  if (found !== undefined) return found;
  await ctx.flushLedger?.();
  const written = await ledger.find(input);
  if (written === undefined) throw notFound(`request ${input.requestId}`);
  return written;
}
