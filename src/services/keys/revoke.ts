import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { requireOrigin } from "../origin.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { keyFields, keyTarget } from "./key-act.ts";
import type { KeyView } from "./key-view.ts";
import { requireKey } from "./require-key.ts";
import { toKeyView } from "./to-key-view.ts";

/** Ends a key for good; revoking it again changes nothing. Its name is free from then on. */
export async function revokeKey(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly keyId: string },
): Promise<KeyView> {
  requireAdmin(ctx, input.orgId);
  return ctx.storage.change(async (writes) => {
    const key = await requireKey(writes, input);
    requireRevision(ctx, { what: `The key \`${key.name}\``, updatedAt: key.updatedAt });
    if (key.revokedAt !== undefined) return toKeyView(key, ctx.now());
    requireOrigin(ctx, { what: `key \`${key.name}\``, origin: key.origin });
    const at = laterThan(key.updatedAt, ctx.now());
    // The value before a rotation ends with it.
    const revoked = { ...key, revokedAt: at, updatedAt: at, previous: undefined };
    await writes.keys.replace(revoked);
    await writes.limits.removeBySubject(key.orgId, { kind: "key", id: key.id });
    const act = { ...keyTarget(key), before: keyFields(key), after: keyFields(revoked) };
    await recordAct(ctx, writes, { ...act, action: "key.revoke" });
    return toKeyView(revoked, ctx.now());
  });
}
