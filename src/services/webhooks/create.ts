import type { Secret } from "../../secrets/secret.ts";
import type { WebhookRecord } from "../../storage/records/webhook-record.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { parseInput } from "../parse-input.ts";
import { requireNoRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { type EventType, eventTypes } from "./event-types.ts";
import { requireFitting } from "./require-webhook.ts";
import { newSigningSecret, sealSigningSecret } from "./signing-secret.ts";
import { webhookFields, webhookTarget } from "./webhook-act.ts";
import { createWebhookSchema } from "./webhook-schema.ts";
import { toWebhookView, type WebhookView } from "./webhook-view.ts";

export interface CreateWebhookInput {
  readonly orgId: string;
  readonly name: string;
  readonly url: string;
  /** All of them by default. */
  readonly events?: readonly EventType[] | undefined;
  /** True by default. */
  readonly enabled?: boolean | undefined;
}

/** A webhook and what its messages are signed by, given out this once. */
export interface WebhookWithSecret {
  readonly webhook: WebhookView;
  readonly secret: Secret;
}

/** Makes a webhook. Throws `conflict` when the name is taken. */
export async function createWebhook(
  ctx: ServiceContext,
  input: CreateWebhookInput,
): Promise<WebhookWithSecret> {
  requireAdmin(ctx, input.orgId);
  const { orgId, name, url, events, enabled } = parseInput(createWebhookSchema, input);
  requireNoRevision(ctx, `The webhook \`${name}\``);
  const value = newSigningSecret();
  const at = ctx.now();
  const webhook: WebhookRecord = {
    ...{ id: ctx.newId("hook"), orgId, name, url },
    events: [...new Set(events ?? eventTypes)],
    enabled: enabled ?? true,
    ...{ createdAt: at, updatedAt: at },
  };
  await ctx.storage.change(async (writes) => {
    await requireOrg(writes, orgId);
    await requireFitting(writes, webhook);
    await writes.webhooks.insert(webhook);
    await writes.webhooks.putSecret(
      sealSigningSecret(ctx, { orgId, webhookId: webhook.id, value }),
      undefined,
    );
    const act = { ...webhookTarget(webhook), after: webhookFields(webhook) };
    await recordAct(ctx, writes, { ...act, action: "webhook.create" });
  });
  return { webhook: toWebhookView(webhook, [], at), secret: value };
}
