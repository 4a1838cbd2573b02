import { bundledModels } from "./bundled-prices.ts";
import type { ModelProfile } from "./model-profile.ts";
import { profileKeyOf } from "./profile-key.ts";
import { pricedVendors, profileOf } from "./profile-of.ts";

/** One model of the catalog, with everybody who is known to serve it. */
export interface CatalogProfile {
  /** `maker/model`. */
  readonly key: string;
  readonly offers: readonly ProfileOffer[];
}

/** The model as the vendor of one driver offers it. */
export interface ProfileOffer {
  readonly driver: string;
  readonly wireId: string;
  readonly profile: ModelProfile;
}

let all: ReadonlyMap<string, CatalogProfile> | undefined;

/** The whole catalog by key, in the order of the keys. Made on first use: a few thousand offers. */
export function allProfiles(): ReadonlyMap<string, CatalogProfile> {
  all ??= build();
  return all;
}

function build(): ReadonlyMap<string, CatalogProfile> {
  const offers = new Map<string, ProfileOffer[]>();
  for (const [driver, vendor] of pricedVendors()) {
    for (const wireId of bundledModels(vendor)) {
      const key = profileKeyOf(wireId);
      const profile = key === undefined ? undefined : profileOf(driver, wireId);
      if (key === undefined || profile === undefined) continue;
      const others = offers.get(key);
      if (others === undefined) offers.set(key, [{ driver, wireId, profile }]);
      else others.push({ driver, wireId, profile });
    }
  }
  const keys = [...offers.keys()].sort();
  return new Map(keys.map((key) => [key, { key, offers: offers.get(key) ?? [] }]));
}
