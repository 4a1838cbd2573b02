import { PenstockError } from "../../errors/penstock-error.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import type { ServiceContext } from "../service-context.ts";
/** One row of the ledger; throws `not_found`. */
export async function getRequest(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly requestId: string },
): Promise<UsageRecord> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
