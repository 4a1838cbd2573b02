import { foldName, fromJson, toNull, toOptional } from "../columns.ts";
import { type ConnectionRecord, connectionFailures } from "../records/connection-record.ts";
import type { NewRow, Row } from "../schema.ts";

export function toConnection(row: Row<"connections">): ConnectionRecord {
  const { client_id: clientId, token_url: tokenUrl } = row;
  return {
    id: row.id,
    orgId: row.org_id,
    userId: row.user_id,
    connector: row.connector,
    name: row.name,
    auth: row.auth === "oauth2" ? "oauth2" : "api_key",
    options: fromJson(row.options),
    accountId: toOptional(row.account_id),
    accountName: toOptional(row.account_name),
    scopes: fromJson(row.scopes),
    client: clientId === null || tokenUrl === null ? undefined : { id: clientId, tokenUrl },
    status: row.status === "connected" || row.status === "failing" ? row.status : "reauthorize",
    statusReason: connectionFailures.find((reason) => reason === row.status_reason),
    checkedAt: toOptional(row.checked_at),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function fromConnection(connection: ConnectionRecord): NewRow<"connections"> {
  return {
    id: connection.id,
    org_id: connection.orgId,
    user_id: connection.userId,
    connector: connection.connector,
    name: connection.name,
    name_folded: foldName(connection.name),
    auth: connection.auth,
    options: JSON.stringify(connection.options),
    account_id: toNull(connection.accountId),
    account_name: toNull(connection.accountName),
    scopes: JSON.stringify(connection.scopes),
    client_id: toNull(connection.client?.id),
    token_url: toNull(connection.client?.tokenUrl),
    status: connection.status,
    status_reason: toNull(connection.statusReason),
    checked_at: toNull(connection.checkedAt),
    created_at: connection.createdAt,
    updated_at: connection.updatedAt,
  };
}
