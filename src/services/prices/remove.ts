import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { requireOrigin } from "../origin.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { priceFields, priceTarget } from "./price-act.ts";
import { requirePrice } from "./require-price.ts";

/** Ends a price: the catalog's holds again. Its versions stay readable, since the ledger names them. Throws `not_found`. */
export async function removePrice(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly priceId: string },
): Promise<void> {
  requireAdmin(ctx, input.orgId);
  await ctx.storage.change(async (writes) => {
    const price = await requirePrice(writes, input);
    requireOrigin(ctx, { what: `price of \`${price.model}\``, origin: price.origin });
    requireRevision(ctx, { what: `The price of \`${price.model}\``, updatedAt: price.updatedAt });
    await writes.prices.remove(price, laterThan(price.updatedAt, ctx.now()));
    const act = { ...priceTarget(price), before: priceFields(price, price.versions.at(-1)) };
    await recordAct(ctx, writes, { ...act, action: "price.delete" });
  });
}
