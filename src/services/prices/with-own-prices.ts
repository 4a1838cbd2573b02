import type { PriceTier } from "../../plane/snapshot.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { ServiceContext } from "../service-context.ts";
import { overrideFor } from "./override-for.ts";
import { versionAt } from "./version-at.ts";

interface Priced {
  readonly providerId: string;
  readonly wireId: string;
  readonly prices: readonly PriceTier[];
  readonly priceSource?: "override" | "catalog" | "vendor" | undefined;
}

/** Models of one org with the prices that the org itself says, where it does. */
export async function withOwnPrices<T extends Priced>(
  ctx: Pick<ServiceContext, "now">,
  reads: Reads,
  { orgId, models }: { readonly orgId: string; readonly models: readonly T[] },
): Promise<readonly T[]> {
  const own = await reads.prices.listLiveByOrg(orgId);
  if (own.length === 0) return models;
  const now = ctx.now();
  return models.map((model) => {
    const price = overrideFor(own, model);
    const version = price && versionAt(price, now);
    return version === undefined ? model : { ...model, prices: version.tiers, priceSource: "override" };
  });
}
