import { generateKey, previewKey } from "../../secrets/key-format.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { originOf } from "../origin.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { keyFields, keyTarget } from "./key-act.ts";
import type { CreateKeyInput } from "./key-input.ts";
import { requireFreeName } from "./key-name.ts";
import { createKeySchema } from "./key-schema.ts";
import { acceptValue, requireFreeDigest } from "./key-value.ts";
import type { KeyView } from "./key-view.ts";
import { requireAgentOfRole } from "./require-agent.ts";
import { requireFuture } from "./require-future.ts";
import { requireFitting, requireGrantable } from "./require-grantable.ts";
import { toKeyView } from "./to-key-view.ts";

export interface CreatedKey {
  readonly key: KeyView;
  /** Given out this once; only its keyed hash is kept. */
  readonly value: Secret;
}

/** Makes a virtual key. Throws `conflict` when a live key has the name or any key has the value. */
export async function createKey(ctx: ServiceContext, input: CreateKeyInput): Promise<CreatedKey> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(createKeySchema, input);
  const carrier = parsed.carrier ?? "header";
  const scopes = parsed.scopes ?? ["gateway"];
  requireGrantable(ctx, scopes);
  requireFitting(carrier, scopes);
  requireAgentOfRole(parsed);
  const value = parsed.value === undefined ? generateKey(carrier) : acceptValue(parsed.value, carrier);
  const at = ctx.now();
  requireFuture(parsed.expiresAt ?? undefined, at);
  const key: KeyRecord = {
    id: ctx.newId("key"),
    orgId: parsed.orgId,
    name: parsed.name,
    digest: ctx.vault.digestKey(value.reveal()),
    preview: previewKey(value),
    carrier,
    scopes: [...new Set(scopes)],
    allowedModels: parsed.allowedModels ?? undefined,
    strict: parsed.strict ?? false,
    onDisconnect: parsed.onDisconnect ?? "cancel",
    agent: parsed.agent ?? undefined,
    agentRole: parsed.agentRole ?? undefined,
    origin: originOf(ctx.actor),
    expiresAt: parsed.expiresAt ?? undefined,
    revokedAt: undefined,
    lastUsedAt: undefined,
    previous: undefined,
    createdAt: at,
    updatedAt: at,
  };
  await ctx.storage.change(async (writes) => {
    await requireOrg(writes, key.orgId);
    await requireFreeName(writes, key);
    await requireFreeDigest(writes, key);
    await writes.keys.insert(key);
    await recordAct(ctx, writes, { ...keyTarget(key), action: "key.create", after: keyFields(key) });
  });
  return { key: toKeyView(key, ctx.now()), value };
}
