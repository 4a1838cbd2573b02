import type { PriceRecord, PriceVersion } from "../../storage/records/price-record.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { originOf } from "../origin.ts";
import { parseInput } from "../parse-input.ts";
import { requireNoRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { priceFields, priceTarget } from "./price-act.ts";
import { type CreatePriceInput, createPriceSchema } from "./price-schema.ts";
import { type PriceView, toPriceView, toTiers } from "./price-view.ts";
import { readPriceProvider, requireFreePrice } from "./require-price.ts";

/** Says what a model costs the org, in place of what the catalog says. Throws `unprocessable`, `conflict`. */
export async function createPrice(ctx: ServiceContext, input: CreatePriceInput): Promise<PriceView> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(createPriceSchema, input);
  requireNoRevision(ctx, `The price of \`${parsed.model}\``);
  const at = ctx.now();
  return ctx.storage.change(async (writes) => {
    const { orgId, model } = parsed;
    await requireOrg(writes, orgId);
    const providerId = await readPriceProvider(writes, parsed);
    await requireFreePrice(writes, { orgId, providerId, model });
    const version: PriceVersion = {
      version: 1,
      effectiveFrom: parsed.effectiveFrom ?? at,
      tiers: toTiers(parsed.tiers),
      createdAt: at,
      createdBy: ctx.actor.name,
    };
    const price: PriceRecord = {
      ...{ id: ctx.newId("price"), orgId, providerId, model, origin: originOf(ctx.actor) },
      ...{ createdAt: at, updatedAt: at, removedAt: undefined, versions: [version] },
    };
    await writes.prices.insert(price);
    const act = { ...priceTarget(price), after: priceFields(price, version) };
    await recordAct(ctx, writes, { ...act, action: "price.create" });
    return toPriceView(writes, price, at);
  });
}
