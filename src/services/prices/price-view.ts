import type { PriceTier } from "../../plane/snapshot.ts";
import type { PriceRecord, PriceVersion } from "../../storage/records/price-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { TierInput } from "./price-schema.ts";
import { versionAt } from "./version-at.ts";

/** A price as callers see it. */
export interface PriceView extends PriceRecord {
  /** Undefined: at every provider, or at one that is gone. */
  readonly providerName: string | undefined;
  /** The version that holds now; undefined while the first is still to come. */
  readonly current: PriceVersion | undefined;
}

/** Prices with the names of their providers, as many as there may be, by one query. */
export async function toPriceViews(
  reads: Reads,
  prices: readonly PriceRecord[],
  now: number,
): Promise<readonly PriceView[]> {
  const ids = [...new Set(prices.flatMap(({ providerId }) => providerId ?? []))];
  const providers = await reads.providers.list(ids);
  return prices.map((price) => ({
    ...price,
    providerName: providers.find(({ id, orgId }) => id === price.providerId && orgId === price.orgId)?.name,
    current: versionAt(price, now),
  }));
}

export async function toPriceView(reads: Reads, price: PriceRecord, now: number): Promise<PriceView> {
  const [view] = await toPriceViews(reads, [price], now);
  if (view === undefined) throw new RangeError("one price has one view");
  return view;
}

/** What an admin said as it is kept; what is null or left out is not known. */
export function toTiers(tiers: readonly TierInput[]): readonly PriceTier[] {
  return tiers.map((tier) => ({
    aboveInputTokens: tier.aboveInputTokens ?? 0,
    input: tier.input,
    output: tier.output,
    cacheRead: tier.cacheRead ?? undefined,
    cacheWrite5m: tier.cacheWrite5m ?? undefined,
    cacheWrite1h: tier.cacheWrite1h ?? undefined,
    inputAudio: tier.inputAudio ?? undefined,
    outputAudio: tier.outputAudio ?? undefined,
    ...(typeof tier.serviceTier === "string" && { serviceTier: tier.serviceTier.toLowerCase() }),
  }));
}
