import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ModelFacts } from "./model-input.ts";

/** The model with what an admin said of it; the same record when that is nothing new. */
export function applyFacts(model: ModelRecord, facts: ModelFacts): ModelRecord {
  const next: ModelRecord = {
    ...model,
    enabled: facts.enabled ?? model.enabled,
    kind: facts.kind ?? model.kind,
    displayName: facts.displayName === undefined ? model.displayName : (facts.displayName ?? undefined),
    contextTokens:
      facts.contextTokens === undefined ? model.contextTokens : (facts.contextTokens ?? undefined),
    ...(facts.baseModel !== undefined && { baseModel: facts.baseModel ?? undefined }),
    traits: facts.traits ?? model.traits,
    favorite: facts.favorite ?? model.favorite,
  };
  return Bun.deepEquals(next, model) ? model : next;
}
