import { generateKey, previewKey } from "../../secrets/key-format.ts";
import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import type { CreatedKey } from "./create.ts";
import { keyFields, keyTarget } from "./key-act.ts";
import type { RotateKeyInput } from "./key-input.ts";
import { rotateKeySchema } from "./key-schema.ts";
import { requireGrantable } from "./require-grantable.ts";
import { requireLiveKey } from "./require-live-key.ts";
import { toKeyView } from "./to-key-view.ts";

/**
 * Gives a key a new value; the one before works on until its grace ends, the one before that ends now. Throws `conflict`
 * for a revoked key and `origin_conflict` for one whose value a file gives.
 */
export async function rotateKey(ctx: ServiceContext, input: RotateKeyInput): Promise<CreatedKey> {
  requireAdmin(ctx, input.orgId);
  const { graceSeconds, ...ref } = parseInput(rotateKeySchema, input);
  return ctx.storage.change(async (writes) => {
    const key = await requireLiveKey(ctx, writes, ref);
    requireGrantable(ctx, key.scopes);
    const value = generateKey(key.carrier);
    const at = laterThan(key.updatedAt, ctx.now());
    const next = {
      ...key,
      digest: ctx.vault.digestKey(value.reveal()),
      preview: previewKey(value),
      previous: graceSeconds === 0 ? undefined : { digest: key.digest, expiresAt: at + graceSeconds * 1000 },
      updatedAt: at,
    };
    await writes.keys.replace(next);
    const act = { ...keyTarget(key), before: keyFields(key), after: keyFields(next) };
    await recordAct(ctx, writes, { ...act, action: "key.rotate" });
    return { key: toKeyView(next, at), value };
  });
}
