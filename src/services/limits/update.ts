import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { requireOrigin } from "../origin.ts";
import { parseInput } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { limitFields, limitTarget, subjectName } from "./limit-act.ts";
import type { UpdateLimitInput } from "./limit-input.ts";
import { numbersOf } from "./limit-numbers.ts";
import { updateLimitSchema } from "./limit-schema.ts";
import type { LimitView } from "./limit-view.ts";
import { requireLimit } from "./require-limit.ts";
import { toLimitView } from "./to-limit-view.ts";

/** Changes what a subject may use; what it has used stays counted. Throws `unprocessable` when nothing would be limited. */
export async function updateLimit(ctx: ServiceContext, input: UpdateLimitInput): Promise<LimitView> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(updateLimitSchema, input);
  return ctx.storage.change(async (writes) => {
    const limit = await requireLimit(writes, parsed);
    const what = `limit of the ${subjectName(limit.subject)}`;
    requireOrigin(ctx, { what, origin: limit.origin });
    requireRevision(ctx, { what: `The ${what}`, updatedAt: limit.updatedAt });
    const changed = { ...limit, ...numbersOf(parsed, limit) };
    if (Bun.deepEquals(changed, limit)) return toLimitView(writes, limit);
    const next = { ...changed, updatedAt: laterThan(limit.updatedAt, ctx.now()) };
    await writes.limits.replace(next);
    const act = { ...limitTarget(limit), before: limitFields(limit), after: limitFields(next) };
    await recordAct(ctx, writes, { ...act, action: "limit.update" });
    return toLimitView(writes, next);
  });
}
