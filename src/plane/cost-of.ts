import type { Usage } from "../wire/neutral/usage.ts";
import type { ModelConfig, PriceTier } from "./snapshot.ts";

/** What prices are for. */
export type Tokens = Omit<Usage, "raw" | "reportedCostUsd">;

/** Words vendors have for their standard tier. */
const standardTiers = new Set(["default", "standard", "auto", "on_demand", "on-demand"]);
/** Words that vendors take for one tier. */
const aliases: Readonly<Record<string, string>> = { fast: "priority" };

/**
 * What `usage` costs in USD, or undefined when there is no price. The highest tier that the total input exceeds prices
 * the whole request, as vendors bill long contexts. Audio is taken out of the bucket it is a share of; reasoning is in
 * the output already. A missing cache price falls back to a dearer known one, a 1 h write to the 5 min write and both
 * to plain input: an unknown discount is never assumed. The prices are those of the tier that served the request; one that
 * nobody has prices of costs what the standard one does.
 */
export function costOf(usage: Tokens, prices: readonly PriceTier[]): number | undefined {
  const tier = tierFor(usage, prices);
  if (tier === undefined) return undefined;
  const cacheWrite5m = tier.cacheWrite5m ?? tier.input;
  const audioInput = Math.min(usage.audioInput, usage.input);
  const audioOutput = Math.min(usage.audioOutput, usage.output);
  const perMillion =
    (usage.input - audioInput) * tier.input +
    audioInput * (tier.inputAudio ?? tier.input) +
    usage.cacheRead * (tier.cacheRead ?? tier.input) +
    usage.cacheWrite5m * cacheWrite5m +
    usage.cacheWrite1h * (tier.cacheWrite1h ?? cacheWrite5m) +
    (usage.output - audioOutput) * tier.output +
    audioOutput * (tier.outputAudio ?? tier.output);
  return perMillion / 1e6;
}

/** The service tier whose prices hold; undefined: the standard one. */
function pricedTier(served: string | undefined, prices: readonly PriceTier[]): string | undefined {
  if (served === undefined || standardTiers.has(served)) return undefined;
  const name = aliases[served] ?? served;
  for (const { serviceTier } of prices) if (serviceTier === name) return name;
  return undefined;
}

function tierFor(usage: Tokens, prices: readonly PriceTier[]): PriceTier | undefined {
  const totalInput = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  const serviceTier = pricedTier(usage.serviceTier, prices);
  let best: PriceTier | undefined;
  for (const tier of prices) {
    if (tier.serviceTier !== serviceTier) continue;
    // The base tier holds for a request without input too.
    const matches = tier.aboveInputTokens === 0 || totalInput > tier.aboveInputTokens;
    if (matches && (best === undefined || tier.aboveInputTokens > best.aboveInputTokens)) best = tier;
  }
  return best;
}

/** The prices that hold for a request that arrived at `at` (milliseconds since the epoch), and which they are. */
export function pricesAt(
  model: Pick<ModelConfig, "prices" | "priceVersion" | "laterPrices">,
  at: number,
): Pick<ModelConfig, "prices" | "priceVersion"> {
  const { laterPrices } = model;
  if (laterPrices === undefined) return model;
  return laterPrices.findLast(({ from }) => from <= at) ?? model;
}
