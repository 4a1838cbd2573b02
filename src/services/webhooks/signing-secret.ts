import { randomBytes } from "node:crypto";
import type { Binding } from "../../secrets/binding.ts";
import { Secret } from "../../secrets/secret.ts";
import type { WebhookSecretRecord } from "../../storage/records/webhook-record.ts";
import type { ServiceContext } from "../service-context.ts";

/** 256 random bits in the form of Standard Webhooks: `whsec_` and base64. */
export function newSigningSecret(): Secret {
  return new Secret(`whsec_${randomBytes(32).toString("base64")}`);
}

/** What a sealed signing secret is bound to. */
export function signingBinding({
  orgId,
  webhookId,
  id,
}: Pick<WebhookSecretRecord, "orgId" | "webhookId" | "id">): Binding {
  return { orgId, entity: webhookId, field: `signing_secret:${id}` };
}

/** A new secret of a webhook, sealed. */
export function sealSigningSecret(
  ctx: ServiceContext,
  { orgId, webhookId, value }: { readonly orgId: string; readonly webhookId: string; readonly value: Secret },
): WebhookSecretRecord {
  const secret = { id: ctx.newId("whs"), orgId, webhookId };
  return { ...secret, sealed: ctx.vault.seal(value, signingBinding(secret)), expiresAt: undefined };
}

/** Those that sign a webhook's messages at `now`, the current one first. */
export async function openSigningSecrets(
  ctx: ServiceContext,
  { webhookId, now }: { readonly webhookId: string; readonly now: number },
): Promise<readonly Secret[]> {
  const { reads } = ctx.storage;
  const all = await reads.webhooks.secretsOf([webhookId]);
  const live = all.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  await ctx.vault.ensure(
    live.map(({ sealed }) => sealed),
    reads.masterKeys,
  );
  return live.map((secret) => ctx.vault.open(secret.sealed, signingBinding(secret)));
}
