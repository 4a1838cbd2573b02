import type { ModelVariant } from "../drivers/driver.ts";
import type { Candidate, OrgPlane, ProviderPlane } from "./plane.ts";

/** What a provider's vendor makes of a name that no model has. */
export function variantOf({ driver, config }: ProviderPlane, name: string): ModelVariant | undefined {
  return driver?.variant?.(name, config.options);
}

/** The names that a name may be a variant of, by the providers that know such names. */
export function basesOf(org: OrgPlane, name: string): ReadonlySet<string> {
  const bases = new Set<string>();
  for (const provider of org.providers.values()) {
    const variant = variantOf(provider, name);
    if (variant !== undefined) bases.add(variant.base);
  }
  return bases;
}

/** The candidate as the variant that the name asks for; undefined when its vendor has none such. */
export function asVariant(candidate: Candidate, name: string): Candidate | undefined {
  const { provider, model } = candidate.target;
  const variant = variantOf(provider, name);
  if (variant === undefined || variant.fits?.(model.traits) === false) return undefined;
  const { suffix = "", headers } = variant;
  const target =
    suffix === "" ? candidate.target : { provider, model: { ...model, wireId: model.wireId + suffix } };
  return { ...candidate, target, ...(headers !== undefined && { headers }) };
}

/** The client's headers with those of a variant; what both say in lists is joined. */
export function withVariantHeaders(client: Headers, added: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(client);
  for (const [name, value] of Object.entries(added)) {
    const known = (client.get(name) ?? "").split(",").map((each) => each.trim());
    if (!known.includes(value)) headers.append(name, value);
  }
  return headers;
}
