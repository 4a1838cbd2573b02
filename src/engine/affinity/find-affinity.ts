import { PenstockError } from "../../errors/penstock-error.ts";
import { readField } from "../../wire/json/top-level.ts";
import type { Received } from "../attempt/execution-for.ts";
import type { Candidate, ProviderPlane } from "../plane.ts";
import type { Issuer } from "./state-origins.ts";
import { stateTokens } from "./state-tokens.ts";

/** What a request carries back of its vendors, as far as this process knows whose it is. */
export interface Affinity {
  /** The candidates, whoever issued the youngest state first. */
  order(candidates: readonly Candidate[]): readonly Candidate[];
  /** Whether some of the state was issued by another account than this provider's. */
  isForeign(provider: ProviderPlane): boolean;
}

/**
 * Looks for state in a request's body; undefined when none of it is known.
 *
 * @throws PenstockError `previous_response_not_found` when nobody is left who could know the answer it goes on from.
 */
export function findAffinity({ context, call, routed }: Asked): Affinity | undefined {
  const { origins } = context;
  if (origins.size === 0) return undefined;
  const orgId = call.key.org.id;
  const previous = previousIssuer({ context, call, routed });
  const providers = new Set<string>();
  let youngest: Issuer | undefined;
  let last = -1;
  for (const { at, token } of stateTokens(call.body)) {
    const issuer = origins.issuerOf(orgId, token);
    if (issuer === undefined) continue;
    providers.add(issuer.providerId);
    if (at > last) {
      last = at;
      youngest = issuer;
    }
  }
  if (previous !== undefined) return onlyWith(previous, providers);
  if (youngest === undefined) return undefined;
  return { order: (candidates) => issuerFirst(candidates, youngest), isForeign: foreignTo(providers) };
}

/** What of a request is looked at. */
export interface Asked extends Pick<Received, "call" | "routed"> {
  readonly context: Pick<Received["context"], "origins">;
}

/** Who keeps the answer that the request goes on from. */
function previousIssuer({ context, call, routed }: Asked): { issuer: Issuer; id: string } | undefined {
  if (!routed.scan.fields.has("previous_response_id")) return undefined;
  const id = readField(call.body, routed.scan, "previous_response_id");
  if (typeof id !== "string") return undefined;
  const issuer = context.origins.issuerOf(call.key.org.id, id);
  return issuer === undefined ? undefined : { issuer, id };
}

/** An answer that a vendor keeps is known to that account only. */
function onlyWith({ issuer, id }: { issuer: Issuer; id: string }, providers: ReadonlySet<string>): Affinity {
  return {
    order(candidates) {
      const able = candidates.filter(({ target }) => target.provider.config.id === issuer.providerId);
      if (able.length === 0)
        throw new PenstockError("previous_response_not_found", {
          fields: { id },
          param: "previous_response_id",
        });
      return issuerFirst(able, issuer);
    },
    isForeign: foreignTo(providers),
  };
}

function foreignTo(providers: ReadonlySet<string>): Affinity["isForeign"] {
  return ({ config }) => providers.size > (providers.has(config.id) ? 1 : 0);
}

/** The very model before others of the same account before the rest. */
function issuerFirst(
  candidates: readonly Candidate[],
  { modelId, providerId }: Issuer,
): readonly Candidate[] {
  const rank = ({ target }: Candidate) => {
    if (target.model.id === modelId) return 0;
    return target.provider.config.id === providerId ? 1 : 2;
  };
  return candidates.toSorted((a, b) => rank(a) - rank(b));
}
