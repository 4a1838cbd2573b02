import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireWebhook } from "./require-webhook.ts";
import { webhookFields, webhookTarget } from "./webhook-act.ts";

/** Forgets a webhook; messages on their way to it are not sent any more. */
export async function removeWebhook(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly webhookId: string },
): Promise<void> {
  requireAdmin(ctx, input.orgId);
  await ctx.storage.change(async (writes) => {
    const webhook = await requireWebhook(writes, input);
    requireRevision(ctx, { what: `The webhook \`${webhook.name}\``, updatedAt: webhook.updatedAt });
    await writes.webhooks.remove(webhook);
    const act = { ...webhookTarget(webhook), before: webhookFields(webhook) };
    await recordAct(ctx, writes, { ...act, action: "webhook.delete" });
  });
}
