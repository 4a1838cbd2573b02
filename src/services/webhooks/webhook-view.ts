import type { WebhookRecord, WebhookSecretRecord } from "../../storage/records/webhook-record.ts";

/** A webhook as its org sees it: without its secret. Times are milliseconds since the epoch. */
export interface WebhookView extends WebhookRecord {
  /** Until when messages are also signed by the secret before the last rotation; undefined: they are not. */
  readonly previousSecretExpiresAt: number | undefined;
}

/** `secrets`: of any webhooks; `now`: milliseconds since the epoch. */
export function toWebhookView(
  webhook: WebhookRecord,
  secrets: readonly WebhookSecretRecord[],
  now: number,
): WebhookView {
  const previous = secrets.find(
    ({ webhookId, expiresAt }) => webhookId === webhook.id && expiresAt !== undefined && expiresAt > now,
  );
  return { ...webhook, previousSecretExpiresAt: previous?.expiresAt };
}
