import { allProfiles, type CatalogProfile } from "../../catalog/all-profiles.ts";
import { notFound } from "../access.ts";
import { type Page, type PageInput, pageOf } from "../page.ts";

export type { CatalogProfile } from "../../catalog/all-profiles.ts";

export interface ListProfilesInput extends PageInput {
  /** Part of the key, without case. */
  readonly query?: string | undefined;
  /** Only what this driver's vendor offers. */
  readonly driver?: string | undefined;
}

/** Models of the catalog, by key. It is the same for everybody who may ask. */
export function listProfiles(input: ListProfilesInput): Page<CatalogProfile> {
  const query = input.query?.toLowerCase() ?? "";
  const matching = [...allProfiles().values()].filter(
    ({ key, offers }) =>
      key.includes(query) &&
      (input.driver === undefined || offers.some(({ driver }) => driver === input.driver)),
  );
  return pageOf(input, { list: "profiles", rows: matching, keyOf: ({ key }) => key });
}

/** One model of the catalog; throws `not_found`. */
export function getProfile(key: string): CatalogProfile {
  const profile = allProfiles().get(key);
  if (profile === undefined) throw notFound(`profile ${key}`);
  return profile;
}
