import { disconnectPolicies } from "../../plane/snapshot.ts";
import { foldName, fromJson, toFlag, toNull, toOptional } from "../columns.ts";
import type { KeyRecord } from "../records/key-record.ts";
import { toOrigin } from "../records/origin.ts";
import type { NewRow, Row } from "../schema.ts";

export function toKey(row: Row<"keys">): KeyRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    digest: row.digest,
    preview: row.preview,
    carrier: row.carrier === "url" ? "url" : "header",
    scopes: fromJson(row.scopes),
    allowedModels: row.allowed_models === null ? undefined : fromJson(row.allowed_models),
    strict: row.strict === 1,
    onDisconnect: disconnectPolicies.find((policy) => policy === row.on_disconnect) ?? "cancel",
    agent: toOptional(row.agent),
    agentRole: toOptional(row.agent_role),
    origin: toOrigin(row.origin),
    expiresAt: toOptional(row.expires_at),
    revokedAt: toOptional(row.revoked_at),
    lastUsedAt: toOptional(row.last_used_at),
    previous:
      row.previous_digest === null || row.previous_expires_at === null
        ? undefined
        : { digest: row.previous_digest, expiresAt: row.previous_expires_at },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function fromKey(key: KeyRecord): NewRow<"keys"> {
  return {
    id: key.id,
    org_id: key.orgId,
    name: key.name,
    name_folded: foldName(key.name),
    digest: key.digest,
    preview: key.preview,
    carrier: key.carrier,
    scopes: JSON.stringify(key.scopes),
    allowed_models: key.allowedModels === undefined ? null : JSON.stringify(key.allowedModels),
    strict: toFlag(key.strict),
    on_disconnect: key.onDisconnect,
    agent: toNull(key.agent),
    agent_role: toNull(key.agentRole),
    origin: key.origin,
    expires_at: toNull(key.expiresAt),
    revoked_at: toNull(key.revokedAt),
    last_used_at: toNull(key.lastUsedAt),
    previous_digest: toNull(key.previous?.digest),
    previous_expires_at: toNull(key.previous?.expiresAt),
    created_at: key.createdAt,
    updated_at: key.updatedAt,
  };
}
