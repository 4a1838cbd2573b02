/**
 * Tokens of one answer in buckets that never overlap, so that each has one price:
 * input + cacheRead + cacheWrite5m + cacheWrite1h is all that was read, output all that was written.
 */
export interface Usage {
  /** Input tokens that were neither read from nor written to a cache. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  /** All output tokens, reasoning included. */
  readonly output: number;
  /** The share of `output` that was reasoning; 0 when the vendor does not say. */
  readonly reasoning: number;
  /** The share of `input` that was audio. */
  readonly audioInput: number;
  /** The share of `output` that was audio. */
  readonly audioOutput: number;
  /** The tier that served it, in the vendor's word in lower case, where the vendor says it; it has its own prices. */
  readonly serviceTier?: string;
  /** What the vendor says the request cost, in USD, where it does. */
  readonly reportedCostUsd?: number;
  /** The vendor's usage object as it came. */
  readonly raw: unknown;
}

export const noUsage: Usage = Object.freeze({
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  audioInput: 0,
  audioOutput: 0,
  raw: null,
});

/** The usage with the tier that the vendor names beside it. */
export function withTier<T extends Usage | undefined>(usage: T, tier: unknown): T {
  if (usage === undefined || typeof tier !== "string" || tier === "") return usage;
  return { ...usage, serviceTier: tier.toLowerCase() };
}

/** All tokens read, cached or not. */
export function totalInput(usage: Usage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
}
