import type { WebhookRecord } from "../../storage/records/webhook-record.ts";
import type { Act, ActFields } from "../audit/record-act.ts";

/** What the audit log names a webhook by. */
export function webhookTarget(webhook: WebhookRecord): Pick<Act, "orgId" | "target"> {
  return { orgId: webhook.orgId, target: { kind: "webhook", id: webhook.id, name: webhook.name } };
}

/** What the audit log keeps of a webhook. */
export function webhookFields({ name, url, events, enabled }: WebhookRecord): ActFields {
  return { name, url, events, enabled };
}
