import { foldName, fromJson, toFlag, toNull, toOptional } from "../columns.ts";
import type { ModelKind, ModelRecord, ModelSource } from "../records/model-record.ts";
import { toOrigin } from "../records/origin.ts";
import type { NewRow, Row } from "../schema.ts";

export function toModel(row: Row<"models">): ModelRecord {
  return {
    id: row.id,
    providerId: row.provider_id,
    wireId: row.wire_id,
    // Only this repository writes these two columns, from the same types.
    kind: row.kind as ModelKind,
    source: row.source as ModelSource,
    displayName: toOptional(row.display_name),
    enabled: row.enabled === 1,
    favorite: row.favorite === 1,
    traits: fromJson(row.traits),
    contextTokens: toOptional(row.context_tokens),
    facts: row.facts === "{}" ? undefined : fromJson(row.facts),
    baseModel: toOptional(row.base_model),
    lastSeenAt: toOptional(row.last_seen_at),
    stale: row.stale === 1,
    origin: toOrigin(row.origin),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function fromModel(orgId: string, model: ModelRecord): NewRow<"models"> {
  return {
    id: model.id,
    org_id: orgId,
    name_folded: foldName(model.wireId),
    provider_id: model.providerId,
    wire_id: model.wireId,
    kind: model.kind,
    source: model.source,
    display_name: toNull(model.displayName),
    enabled: toFlag(model.enabled),
    favorite: toFlag(model.favorite ?? false),
    traits: JSON.stringify(model.traits),
    context_tokens: toNull(model.contextTokens),
    facts: JSON.stringify(model.facts ?? {}),
    base_model: toNull(model.baseModel),
    last_seen_at: toNull(model.lastSeenAt),
    stale: toFlag(model.stale),
    origin: model.origin,
    created_at: model.createdAt,
    updated_at: model.updatedAt,
  };
}
