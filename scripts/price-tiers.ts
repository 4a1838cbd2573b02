import type { ModelPrice } from "@pydantic/genai-prices";
import type { PriceTier } from "../src/plane/snapshot.ts";

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
