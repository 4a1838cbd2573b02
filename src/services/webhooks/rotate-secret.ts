import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import type { WebhookWithSecret } from "./create.ts";
import { requireWebhook } from "./require-webhook.ts";
import { newSigningSecret, sealSigningSecret } from "./signing-secret.ts";
import { webhookTarget } from "./webhook-act.ts";
import { rotateSecretSchema } from "./webhook-schema.ts";
import { toWebhookView } from "./webhook-view.ts";

export interface RotateWebhookSecretInput {
  readonly orgId: string;
  readonly webhookId: string;
  /** Seconds for which messages are signed by the secret before, too: 0 to 30 days, 24 hours by default. */
  readonly graceSeconds?: number | undefined;
}

/** Gives a webhook a new secret; until the grace ends every message has both signatures. */
export async function rotateWebhookSecret(
  ctx: ServiceContext,
  input: RotateWebhookSecretInput,
): Promise<WebhookWithSecret> {
  requireAdmin(ctx, input.orgId);
  const { graceSeconds, ...ref } = parseInput(rotateSecretSchema, input);
  const value = newSigningSecret();
  return ctx.storage.change(async (writes) => {
    const webhook = await requireWebhook(writes, ref);
    const at = laterThan(webhook.updatedAt, ctx.now());
    const graceEndsAt = graceSeconds === 0 ? undefined : at + graceSeconds * 1000;
    const secret = sealSigningSecret(ctx, { ...ref, value });
    await writes.webhooks.putSecret(secret, graceEndsAt);
    const next = { ...webhook, updatedAt: at };
    await writes.webhooks.replace(next);
    const act = { ...webhookTarget(webhook), after: { previousSecretExpiresAt: graceEndsAt } };
    await recordAct(ctx, writes, { ...act, action: "webhook.rotate_secret" });
    const secrets = await writes.webhooks.secretsOf([webhook.id]);
    return { webhook: toWebhookView(next, secrets, at), secret: value };
  });
}
