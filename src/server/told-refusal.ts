import type { Refusal } from "../gateway/gateway-context.ts";

/** A refusal as those who count and log it are told: of the key nothing but ids. */
export interface ToldRefusal extends Omit<Refusal, "key"> {
  readonly key: { readonly id: string; readonly orgId: string } | undefined;
}

/** What may be said of a refusal outside of the data plane. */
export function tellRefusal({ key, ...refusal }: Refusal): ToldRefusal {
  return { ...refusal, key: key && { id: key.config.id, orgId: key.org.id } };
}
