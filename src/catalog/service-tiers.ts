import type { PriceTier } from "../plane/snapshot.ts";

/** What a tier costs, as a multiple of the standard prices of every kind of token. */
interface TierRule {
  readonly tier: string;
  /** The ids that have it. */
  readonly models: RegExp;
  readonly times: number;
}

/** What a batch costs at the vendors below, halved in their price lists model by model. */
const batch = { tier: "batch", models: /./, times: 0.5 } as const;

/**
 * Tiers by the vendor's id in the bundled price data, which has standard prices only; the first rule of a tier that fits
 * holds. Source: the vendors' price lists, e.g. https://openai.com/api/pricing (flex costs what a batch does) and
 * https://aws.amazon.com/bedrock/pricing. Capacity that is bought ahead is no price by tokens and not here.
 */
const rules: Readonly<Record<string, readonly TierRule[]>> = {
  openai: [
    batch,
    { tier: "flex", models: /^(?:gpt-[5-9]|o3(?!-mini)|o4-mini)/, times: 0.5 },
    { tier: "priority", models: /^gpt-[5-9](?:\.\d+)?-mini/, times: 1.8 },
    { tier: "priority", models: /^gpt-[5-9]/, times: 2 },
    { tier: "priority", models: /^(?:gpt-4\.1|o3(?!-mini))/, times: 1.75 },
    { tier: "priority", models: /^o4-mini/, times: 20 / 11 },
    { tier: "priority", models: /^gpt-4o-mini/, times: 5 / 3 },
    { tier: "priority", models: /^gpt-4o/, times: 1.7 },
  ],
  anthropic: [batch],
  google: [batch, { tier: "flex", models: /./, times: 0.5 }],
  aws: [batch, { tier: "flex", models: /./, times: 0.5 }, { tier: "priority", models: /./, times: 1.75 }],
};

const prices = [
  ...(["input", "output", "cacheRead", "cacheWrite5m", "cacheWrite1h"] as const),
  ...(["inputAudio", "outputAudio"] as const),
] as const;

/** The standard prices, and those of the vendor's other tiers behind them. */
export function withServiceTiers(
  vendor: string,
  wireId: string,
  standard: readonly PriceTier[],
): readonly PriceTier[] {
  if (standard.length === 0) return standard;
  const tiers = new Map<string, number>();
  for (const { tier, models, times } of rules[vendor] ?? []) {
    if (!tiers.has(tier) && models.test(wireId)) tiers.set(tier, times);
  }
  return [
    ...standard,
    ...[...tiers].flatMap(([serviceTier, times]) =>
      standard.map((each) => ({ ...multiplied(each, times), serviceTier })),
    ),
  ];
}

function multiplied(tier: PriceTier, times: number): PriceTier {
  const changed = { ...tier } as { -readonly [Name in keyof PriceTier]: PriceTier[Name] };
  for (const name of prices) {
    const price = tier[name];
    // Without the dust of binary fractions: prices have at most six digits.
    if (price !== undefined) changed[name] = Number((price * times).toFixed(6));
  }
  return changed;
}
