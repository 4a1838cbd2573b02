import { foldName, fromJson, toFlag, toNull, toOptional } from "../columns.ts";
import type { DeliveryRecord, WebhookRecord, WebhookSecretRecord } from "../records/webhook-record.ts";
import type { NewRow, Row } from "../schema.ts";

export function toWebhook(row: Row<"webhooks">): WebhookRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    url: row.url,
    events: fromJson(row.events),
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function fromWebhook(webhook: WebhookRecord): NewRow<"webhooks"> {
  return {
    id: webhook.id,
    org_id: webhook.orgId,
    name: webhook.name,
    name_folded: foldName(webhook.name),
    url: webhook.url,
    events: JSON.stringify(webhook.events),
    enabled: toFlag(webhook.enabled),
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
  };
}

export function toSecret(row: Row<"webhook_secrets">): WebhookSecretRecord {
  const { id, sealed } = row;
  return {
    ...{ id, sealed, orgId: row.org_id, webhookId: row.webhook_id },
    expiresAt: toOptional(row.expires_at),
  };
}

export function toDelivery(row: Row<"webhook_deliveries">): DeliveryRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    status: row.status === "delivered" || row.status === "failed" ? row.status : "pending",
    attempts: row.attempts,
    nextAt: toOptional(row.next_at),
    lastStatus: toOptional(row.last_status),
    lastError: toOptional(row.last_error),
    deliveredAt: toOptional(row.delivered_at),
    createdAt: row.created_at,
  };
}

export function fromDelivery(delivery: DeliveryRecord): NewRow<"webhook_deliveries"> {
  return {
    id: delivery.id,
    org_id: delivery.orgId,
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    status: delivery.status,
    attempts: delivery.attempts,
    next_at: toNull(delivery.nextAt),
    last_status: toNull(delivery.lastStatus),
    last_error: toNull(delivery.lastError),
    delivered_at: toNull(delivery.deliveredAt),
    created_at: delivery.createdAt,
  };
}
