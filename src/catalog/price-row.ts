import type { PriceTier } from "../plane/snapshot.ts";
import type { IdMatch } from "./id-match.ts";

/** One vendor of the price data, as `_prices.gen.ts` has it. */
export interface PriceRows {
  /** Vendors whose models this one serves too, at their prices. */
  readonly fallbacks?: readonly string[];
  readonly models: readonly PriceRow[];
}

/** One model of a vendor. */
export interface PriceRow {
  readonly id: string;
  readonly name?: string;
  readonly contextTokens?: number;
  readonly match: IdMatch;
  readonly tiers: readonly TierRow[];
}

/** A tier as numbers in a row, `null` for what it has no price for: the names would be most of the data. */
export type TierRow = readonly [
  aboveInputTokens: number,
  input: number,
  output: number,
  cacheRead: number | null,
  cacheWrite5m: number | null,
  cacheWrite1h: number | null,
  inputAudio: number | null,
  outputAudio: number | null,
];

/** The row that `toTier` reads back. */
export function toTierRow(tier: PriceTier): TierRow {
  return [
    tier.aboveInputTokens,
    tier.input,
    tier.output,
    tier.cacheRead ?? null,
    tier.cacheWrite5m ?? null,
    tier.cacheWrite1h ?? null,
    tier.inputAudio ?? null,
    tier.outputAudio ?? null,
  ];
}

/** The tier that a row holds. */
export function toTier(row: TierRow): PriceTier {
  const [aboveInputTokens, input, output, cacheRead, cacheWrite5m, cacheWrite1h, inputAudio, outputAudio] =
    row;
  return {
    ...{ aboveInputTokens, input, output },
    cacheRead: cacheRead ?? undefined,
    cacheWrite5m: cacheWrite5m ?? undefined,
    cacheWrite1h: cacheWrite1h ?? undefined,
    inputAudio: inputAudio ?? undefined,
    outputAudio: outputAudio ?? undefined,
  };
}
