import { calcPrice, findProvider, type ModelInfo, type ModelPrice } from "@pydantic/genai-prices";
import type { PriceTier } from "../plane/snapshot.ts";

/**
 * Prices change on dates the data knows. A fixed moment keeps this layer free of a clock; it moves when the package is
 * updated. Noon UTC, since some vendors are cheaper at night.
 */
const pricesAsOf = new Date("2026-11-21T12:00:00Z");

export interface BundledModel {
  readonly info: ModelInfo;
  readonly prices: readonly PriceTier[];
}

/** What the bundled price data says of a model of one of its vendors; nothing is fetched. */
export function bundledModel(vendor: string, wireId: string): BundledModel | undefined {
  const found = calcPrice({}, wireId, { providerId: vendor, timestamp: pricesAsOf });
  // The data may answer with another vendor's model: then this vendor's price is not known.
  if (found === null || found.provider.id !== vendor) return undefined;
  return { info: found.model, prices: toPriceTiers(found.model_price) };
}

/** The ids of every model the data has of a vendor. */
export function bundledModels(vendor: string): readonly string[] {
  return (findProvider({ providerId: vendor })?.models ?? []).map(({ id }) => id);
}

/**
 * The data's prices (each a number, or a base with steps by total input) as whole tiers. Empty when the price of plain
 * input or output is unknown, as for models billed by the hour or by the image. Embedding models have no output at all.
 */
export function toPriceTiers(price: ModelPrice): readonly PriceTier[] {
  const starts = new Set([0]);
  for (const value of Object.values(price)) {
    if (typeof value === "object") for (const tier of value.tiers) starts.add(tier.start);
  }
  const hasOtherOutput = Object.keys(price).some((key) => key.startsWith("output_"));
  const tiers: PriceTier[] = [];
  for (const start of [...starts].sort((a, b) => a - b)) {
    const input = priceAt(price, "input_mtok", start);
    const output = priceAt(price, "output_mtok", start) ?? (hasOtherOutput ? undefined : 0);
    if (input === undefined || output === undefined) return [];
    tiers.push({
      aboveInputTokens: start,
      input,
      output,
      cacheRead: priceAt(price, "cache_read_mtok", start),
      cacheWrite5m: priceAt(price, "cache_write_mtok", start),
      cacheWrite1h: priceAt(price, "cache_write_1h_mtok", start),
      inputAudio: priceAt(price, "input_audio_mtok", start),
      outputAudio: priceAt(price, "output_audio_mtok", start),
    });
  }
  return tiers;
}

function priceAt(price: ModelPrice, key: string, start: number): number | undefined {
  const value = price[key];
  if (value === undefined || typeof value === "number") return value;
  let best = { start: -1, price: value.base };
  for (const tier of value.tiers) if (tier.start <= start && tier.start > best.start) best = tier;
  return best.price;
}
