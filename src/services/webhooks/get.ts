import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireWebhook } from "./require-webhook.ts";
import { toWebhookView, type WebhookView } from "./webhook-view.ts";

/** One webhook of the org. Throws `not_found`. */
export async function getWebhook(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly webhookId: string },
): Promise<WebhookView> {
  requireViewer(ctx, input.orgId);
  const { reads } = ctx.storage;
  const webhook = await requireWebhook(reads, input);
  return toWebhookView(webhook, await reads.webhooks.secretsOf([webhook.id]), ctx.now());
}
