import type { PriceVersion } from "../../storage/records/price-record.ts";
import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { type PriceView, toPriceView } from "./price-view.ts";
import { requireAnyPrice, requirePrice } from "./require-price.ts";

interface PriceRef {
  readonly orgId: string;
  readonly priceId: string;
}

/** One price of the org. Throws `not_found`. */
export async function getPrice(ctx: ServiceContext, ref: PriceRef): Promise<PriceView> {
  requireViewer(ctx, ref.orgId);
  const { reads } = ctx.storage;
  return toPriceView(reads, await requirePrice(reads, ref), ctx.now());
}

/** All versions of a price, also of one that was removed: the ledger names them. Throws `not_found`. */
export async function listPriceVersions(
  ctx: ServiceContext,
  ref: PriceRef,
): Promise<readonly PriceVersion[]> {
  requireViewer(ctx, ref.orgId);
  return (await requireAnyPrice(ctx.storage.reads, ref)).versions;
}
