import type { ModelProfile } from "../../catalog/model-profile.ts";
import { catalogPriceVersion, listPriceVersion } from "../../catalog/price-version.ts";
import type { ModelConfig } from "../../plane/snapshot.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { ServiceContext } from "../service-context.ts";

/** All that is known of a model, from everybody who knows something. */
export interface KnownOfModel
  extends Pick<ModelConfig, "displayName" | "contextTokens" | "prices" | "priceSource" | "priceVersion"> {
  readonly profile: ModelProfile | undefined;
  readonly traits: ModelTraits;
}

/**
 * The catalog goes before what the vendor's list says, which fills its gaps; but for limits, which a vendor knows best and
 * the catalog knows by family only. What an admin or a file says goes before both.
 */
export function knownOf(
  ctx: Pick<ServiceContext, "profileOf">,
  { model, provider }: { readonly model: ModelRecord; readonly provider: Pick<ProviderRecord, "driver"> },
): KnownOfModel {
  const facts = model.facts ?? {};
  const profile = ctx.profileOf(provider.driver, model.baseModel ?? facts.baseModel ?? model.wireId);
  const limit = facts.traits?.maxOutputTokens;
  const curated = profile?.prices ?? [];
  const listed = facts.prices ?? [];
  return {
    profile,
    displayName: model.displayName ?? profile?.displayName,
    traits: {
      ...facts.traits,
      ...profile?.traits,
      ...(limit !== undefined && { maxOutputTokens: limit }),
      ...model.traits,
    },
    contextTokens: model.contextTokens ?? facts.contextTokens ?? profile?.contextTokens,
    prices: curated.length > 0 ? curated : listed,
    priceVersion: curated.length > 0 ? catalogPriceVersion : listed.length > 0 ? listPriceVersion : undefined,
    priceSource: curated.length > 0 ? "catalog" : listed.length > 0 ? "vendor" : undefined,
  };
}
