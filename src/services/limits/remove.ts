import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { requireOrigin } from "../origin.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { limitFields, limitTarget, subjectName } from "./limit-act.ts";
import { requireLimit } from "./require-limit.ts";

/** Ends a limit: its subject may use what it likes, within the others that hold for it. Throws `not_found`, `origin_conflict`. */
export async function removeLimit(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly limitId: string },
): Promise<void> {
  requireAdmin(ctx, input.orgId);
  await ctx.storage.change(async (writes) => {
    const limit = await requireLimit(writes, input);
    const what = `limit of the ${subjectName(limit.subject)}`;
    requireOrigin(ctx, { what, origin: limit.origin });
    requireRevision(ctx, { what: `The ${what}`, updatedAt: limit.updatedAt });
    await writes.limits.remove(limit);
    const act = { ...limitTarget(limit), before: limitFields(limit) };
    await recordAct(ctx, writes, { ...act, action: "limit.delete" });
  });
}
