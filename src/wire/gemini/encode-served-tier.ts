import type { JsonObject } from "../read-json.ts";

/** Tiers by their names elsewhere; others do not exist in this protocol, and clients' types refuse them. */
const tiers: Readonly<Record<string, string>> = {
  default: "standard",
  standard: "standard",
  flex: "flex",
  priority: "priority",
};

/** `usageMetadata.serviceTier`, where the vendor said which tier served the request. */
export function encodeServedTier(serviceTier: string | undefined): JsonObject {
  const tier = serviceTier === undefined ? undefined : tiers[serviceTier];
  return tier === undefined ? {} : { serviceTier: tier };
}
