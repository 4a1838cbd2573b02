import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { parseInput } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import type { CreateWebhookInput } from "./create.ts";
import { requireFitting, requireWebhook } from "./require-webhook.ts";
import { webhookFields, webhookTarget } from "./webhook-act.ts";
import { updateWebhookSchema } from "./webhook-schema.ts";
import { toWebhookView, type WebhookView } from "./webhook-view.ts";

/** A field left out is kept. */
export interface UpdateWebhookInput extends Omit<CreateWebhookInput, "name" | "url"> {
  readonly webhookId: string;
  readonly name?: string | undefined;
  readonly url?: string | undefined;
}

/** Changes a webhook. Messages on their way go to the new URL. Throws as `createWebhook` does. */
export async function updateWebhook(ctx: ServiceContext, input: UpdateWebhookInput): Promise<WebhookView> {
  requireAdmin(ctx, input.orgId);
  const { name, url, events, enabled, ...ref } = parseInput(updateWebhookSchema, input);
  return ctx.storage.change(async (writes) => {
    const webhook = await requireWebhook(writes, ref);
    requireRevision(ctx, { what: `The webhook \`${webhook.name}\``, updatedAt: webhook.updatedAt });
    const secrets = await writes.webhooks.secretsOf([webhook.id]);
    const changed = {
      ...webhook,
      name: name ?? webhook.name,
      url: url ?? webhook.url,
      events: events === undefined ? webhook.events : [...new Set(events)],
      enabled: enabled ?? webhook.enabled,
    };
    if (Bun.deepEquals(changed, webhook)) return toWebhookView(webhook, secrets, ctx.now());
    const next = { ...changed, updatedAt: laterThan(webhook.updatedAt, ctx.now()) };
    await requireFitting(writes, next);
    await writes.webhooks.replace(next);
    const act = { ...webhookTarget(webhook), before: webhookFields(webhook), after: webhookFields(next) };
    await recordAct(ctx, writes, { ...act, action: "webhook.update" });
    return toWebhookView(next, secrets, ctx.now());
  });
}
