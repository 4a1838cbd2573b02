import type { PriceRecord, PriceVersion } from "../../storage/records/price-record.ts";
import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { requireOrigin } from "../origin.ts";
import { parseInput } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { priceFields, priceTarget } from "./price-act.ts";
import { type UpdatePriceInput, updatePriceSchema } from "./price-schema.ts";
import { type PriceView, toPriceView, toTiers } from "./price-view.ts";
import { requirePrice } from "./require-price.ts";

/**
 * Makes a new version of a price; those before it stay as they are, and so does what was computed by them. Throws
 * `unprocessable`, `not_found`, `origin_conflict`.
 */
export async function updatePrice(ctx: ServiceContext, input: UpdatePriceInput): Promise<PriceView> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(updatePriceSchema, input);
  return ctx.storage.change(async (writes) => {
    const price = await requirePrice(writes, parsed);
    requireOrigin(ctx, { what: `price of \`${price.model}\``, origin: price.origin });
    requireRevision(ctx, { what: `The price of \`${price.model}\``, updatedAt: price.updatedAt });
    const at = laterThan(price.updatedAt, ctx.now());
    const last = price.versions.at(-1);
    const version: PriceVersion = {
      version: (last?.version ?? 0) + 1,
      effectiveFrom: parsed.effectiveFrom ?? at,
      tiers: parsed.tiers === undefined ? (last?.tiers ?? []) : toTiers(parsed.tiers),
      createdAt: at,
      createdBy: ctx.actor.name,
    };
    const isSame = Bun.deepEquals(version.tiers, last?.tiers) && parsed.effectiveFrom === undefined;
    if (isSame) return toPriceView(writes, price, at);
    const next: PriceRecord = { ...price, updatedAt: at, versions: [...price.versions, version] };
    await writes.prices.addVersion(next, version);
    const act = { before: priceFields(price, last), after: priceFields(next, version) };
    await recordAct(ctx, writes, { ...priceTarget(price), ...act, action: "price.update" });
    return toPriceView(writes, next, at);
  });
}
