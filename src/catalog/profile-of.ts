import { bundledModel } from "./bundled-prices.ts";
import { bedrockFamilies, bedrockId } from "./families/bedrock.ts";
import { claudeFamilies } from "./families/claude.ts";
import { geminiFamilies } from "./families/gemini.ts";
import { gptFamilies } from "./families/gpt.ts";
import { maiFamilies } from "./families/mai.ts";
import { mistralFamilies } from "./families/mistral.ts";
import { museFamilies } from "./families/muse.ts";
import { playgroundProfile } from "./families/playground.ts";
import type { FamilyRule } from "./family-rule.ts";
import type { ModelProfile } from "./model-profile.ts";
import { withServiceTiers } from "./service-tiers.ts";

interface Source {
  readonly families: readonly FamilyRule[];
  /** The vendor's id in the bundled price data. */
  readonly priceVendor: string;
  /** The id as the families know it, where the driver's models carry more in theirs. */
  readonly familyId?: (wireId: string) => string;
}

/** Which families and prices hold for the models of a driver. */
const sources: Readonly<Record<string, Source>> = {
  anthropic: { families: claudeFamilies, priceVendor: "anthropic" },
  gemini: { families: geminiFamilies, priceVendor: "google" },
  bedrock: { families: bedrockFamilies, priceVendor: "aws", familyId: bedrockId },
  mai: { families: maiFamilies, priceVendor: "azure" },
  azure_openai: { families: gptFamilies, priceVendor: "azure" },
  cloudflare: { families: [], priceVendor: "cloudflare" },
  fireworks: { families: [], priceVendor: "fireworks" },
  meta: { families: museFamilies, priceVendor: "meta" },
  mistral: { families: mistralFamilies, priceVendor: "mistral" },
  openai: { families: gptFamilies, priceVendor: "openai" },
  openrouter: { families: [], priceVendor: "openrouter" },
  openai_completions: { families: gptFamilies, priceVendor: "openai" },
};

/** Each driver with the vendor whose prices hold for it. */
export function pricedVendors(): readonly (readonly [driver: string, vendor: string])[] {
  return Object.entries(sources).map(([driver, { priceVendor }]) => [driver, priceVendor]);
}

/**
 * What is known of a model by its driver and the id the vendor knows; undefined when that is nothing. An org's own
 * prices and what discovery found go before it.
 */
export function profileOf(driverId: string, wireId: string): ModelProfile | undefined {
  const name = `${driverId}\n${wireId}`;
  const known = found.get(name);
  if (known !== undefined || found.has(name)) return known;
  const profile = findProfile(driverId, wireId);
  if (found.size >= mostFound) found.clear();
  found.set(name, profile);
  return profile;
}

/** Searching the price data takes tens of microseconds, and a snapshot asks for every model there is. */
const found = new Map<string, ModelProfile | undefined>();
const mostFound = 50_000;

function findProfile(driverId: string, wireId: string): ModelProfile | undefined {
  if (driverId === "playground") return playgroundProfile(wireId);
  const source = Object.hasOwn(sources, driverId) ? sources[driverId] : undefined;
  if (source === undefined) return undefined;
  const familyId = source.familyId?.(wireId) ?? wireId;
  const rule = source.families.find(({ match }) => match.test(familyId));
  const bundled = bundledModel(source.priceVendor, wireId);
  if (rule === undefined && bundled === undefined) return undefined;
  const contextTokens = bundled?.contextTokens ?? rule?.contextTokens;
  return {
    family: rule?.family ?? bundled?.id ?? wireId,
    ...(bundled?.name !== undefined && { displayName: bundled.name }),
    ...(contextTokens !== undefined && { contextTokens }),
    traits: rule?.traits ?? {},
    prices: withServiceTiers(source.priceVendor, familyId, bundled?.prices ?? []),
  };
}
