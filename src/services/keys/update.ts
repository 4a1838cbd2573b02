import { PenstockError } from "../../errors/penstock-error.ts";
import { previewKey } from "../../secrets/key-format.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { requireOrigin } from "../origin.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { keyFields, keyTarget } from "./key-act.ts";
import type { UpdateKeyInput } from "./key-input.ts";
import { updateKeySchema } from "./key-schema.ts";
import { acceptValue, requireFreeDigest } from "./key-value.ts";
import type { KeyView } from "./key-view.ts";
import { requireKey } from "./require-key.ts";
import { toKeyView } from "./to-key-view.ts";

/** Changes what a live key may do, or gives it another value. Throws `conflict` for a revoked key. */
export async function updateKey(ctx: ServiceContext, input: UpdateKeyInput): Promise<KeyView> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(updateKeySchema, input);
  return ctx.storage.change(async (writes) => {
    const key = await requireKey(writes, parsed);
    requireOrigin(ctx, { what: `key \`${key.name}\``, origin: key.origin });
    if (key.revokedAt !== undefined) {
      throw new PenstockError("conflict", { fields: { reason: `The key \`${key.name}\` is revoked.` } });
    }
    const next = apply(ctx, key, parsed);
    if (Bun.deepEquals(next, key)) return toKeyView(key, ctx.now());
    await requireFreeDigest(writes, next);
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
  const { scopes, allowedModels, strict, expiresAt, value } = change;
  if (key.carrier === "url" && scopes?.includes("admin")) {
    throw unprocessable([{ path: "/scopes", message: "a key for URLs may not have the scope `admin`" }]);
  }
  const secret = value === undefined ? undefined : acceptValue(value, key.carrier);
  return {
    ...key,
    scopes: scopes ?? key.scopes,
    allowedModels: allowedModels === undefined ? key.allowedModels : (allowedModels ?? undefined),
    strict: strict ?? key.strict,
    expiresAt: expiresAt === undefined ? key.expiresAt : (expiresAt ?? undefined),
    ...(secret === undefined
      ? {}
      : { digest: ctx.vault.digestKey(secret.reveal()), preview: previewKey(secret) }),
  };
}
