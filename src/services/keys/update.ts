import { previewKey } from "../../secrets/key-format.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { parseInput } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { keyFields, keyTarget } from "./key-act.ts";
import type { UpdateKeyInput } from "./key-input.ts";
import { requireFreeName } from "./key-name.ts";
import { updateKeySchema } from "./key-schema.ts";
import { acceptValue, requireFreeDigest } from "./key-value.ts";
import type { KeyView } from "./key-view.ts";
import { requireAgentOfRole } from "./require-agent.ts";
import { requireFuture } from "./require-future.ts";
import { requireFitting, requireGrantable } from "./require-grantable.ts";
import { requireLiveKey } from "./require-live-key.ts";
import { toKeyView } from "./to-key-view.ts";

/** Changes what a live key may do, or gives it another value. Throws `conflict` for a revoked key. */
export async function updateKey(ctx: ServiceContext, input: UpdateKeyInput): Promise<KeyView> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(updateKeySchema, input);
  return ctx.storage.change(async (writes) => {
    const key = await requireLiveKey(ctx, writes, parsed);
    requireRevision(ctx, { what: `The key \`${key.name}\``, updatedAt: key.updatedAt });
    const changed = apply(ctx, key, parsed);
    if (Bun.deepEquals(changed, key)) return toKeyView(key, ctx.now());
    // A key that has expired may be changed in other ways, by whoever repeats its expiry.
    if (changed.expiresAt !== key.expiresAt) requireFuture(changed.expiresAt, ctx.now());
    const next = { ...changed, updatedAt: laterThan(key.updatedAt, ctx.now()) };
    await requireFreeDigest(writes, next);
    if (next.name !== key.name) await requireFreeName(writes, next);
    await writes.keys.replace(next);
    const act = { ...keyTarget(key), before: keyFields(key), after: keyFields(next) };
    await recordAct(ctx, writes, { ...act, action: "key.update" });
    return toKeyView(next, ctx.now());
  });
}

function apply(
  ctx: ServiceContext,
  key: KeyRecord,
  change: Omit<UpdateKeyInput, "orgId" | "keyId">,
): KeyRecord {
  const { name, scopes, allowedModels, strict, onDisconnect, agent, agentRole, expiresAt, value } = change;
  requireGrantable(ctx, [...key.scopes, ...(scopes ?? [])]);
  if (scopes !== undefined) requireFitting(key.carrier, scopes);
  const secret = value === undefined ? undefined : acceptValue(value, key.carrier);
  const caller = {
    agent: agent === undefined ? key.agent : (agent ?? undefined),
    agentRole: agentRole === undefined ? key.agentRole : (agentRole ?? undefined),
  };
  requireAgentOfRole(caller);
  return {
    ...key,
    ...caller,
    name: name ?? key.name,
    scopes: scopes ?? key.scopes,
    allowedModels: allowedModels === undefined ? key.allowedModels : (allowedModels ?? undefined),
    strict: strict ?? key.strict,
    onDisconnect: onDisconnect ?? key.onDisconnect,
    expiresAt: expiresAt === undefined ? key.expiresAt : (expiresAt ?? undefined),
    ...(secret === undefined ? {} : replaced(ctx, key, secret)),
  };
}

/** Unlike a rotation, this ends every value before; the value that the key has already changes nothing. */
function replaced(ctx: ServiceContext, key: KeyRecord, value: Secret): Partial<KeyRecord> {
  const digest = ctx.vault.digestKey(value.reveal());
  return digest === key.digest ? {} : { digest, preview: previewKey(value), previous: undefined };
}
