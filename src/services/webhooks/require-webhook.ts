import { PenstockError } from "../../errors/penstock-error.ts";
import { isAllowedHost } from "../../plane/allowed-hosts.ts";
import type { WebhookRecord } from "../../storage/records/webhook-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { notFound, requireOrg } from "../access.ts";
import { unprocessable } from "../parse-input.ts";

/** A webhook of the org; throws `not_found`. */
export async function requireWebhook(
  reads: Reads,
  ref: { readonly orgId: string; readonly webhookId: string },
): Promise<WebhookRecord> {
  const webhook = await reads.webhooks.find({ orgId: ref.orgId, id: ref.webhookId });
  if (webhook === undefined) throw notFound(`webhook ${ref.webhookId}`);
  return webhook;
}

/** Throws `conflict` when another webhook of the org has the name, `unprocessable` when the org may not call the URL's host. */
export async function requireFitting(reads: Reads, webhook: WebhookRecord): Promise<void> {
  const { settings } = await requireOrg(reads, webhook.orgId);
  const host = URL.parse(webhook.url)?.hostname ?? "";
  if (!isAllowedHost(host, settings.allowedHosts)) {
    const message = `the host \`${host}\` is not among those the organization allows (\`allowed_hosts\` of its settings)`;
    throw unprocessable([{ path: "/url", message }]);
  }
  const other = await reads.webhooks.findByName(webhook);
  if (other === undefined || other.id === webhook.id) return;
  throw new PenstockError("conflict", { fields: { reason: `A webhook named \`${other.name}\` exists.` } });
}
