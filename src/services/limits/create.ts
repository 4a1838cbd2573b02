import type { LimitRecord } from "../../storage/records/limit-record.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { originOf } from "../origin.ts";
import { parseInput } from "../parse-input.ts";
import { requireNoRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { limitFields, limitTarget, subjectName } from "./limit-act.ts";
import type { CreateLimitInput } from "./limit-input.ts";
import { numbersOf } from "./limit-numbers.ts";
import { createLimitSchema } from "./limit-schema.ts";
import type { LimitView } from "./limit-view.ts";
import { requireFreeSubject, requireSubject } from "./require-limit.ts";
import { toLimitView } from "./to-limit-view.ts";

/** Limits a subject that has no limit yet. Throws `conflict` when it has, `unprocessable` when it is not there. */
export async function createLimit(ctx: ServiceContext, input: CreateLimitInput): Promise<LimitView> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(createLimitSchema, input);
  const { orgId, subject } = parsed;
  requireNoRevision(ctx, `The limit of the ${subjectName(subject)}`);
  const at = ctx.now();
  const limit: LimitRecord = {
    id: ctx.newId("limit"),
    orgId,
    subject,
    ...numbersOf(parsed),
    origin: originOf(ctx.actor),
    createdAt: at,
    updatedAt: at,
  };
  return ctx.storage.change(async (writes) => {
    await requireOrg(writes, orgId);
    await requireSubject(writes, orgId, subject);
    await requireFreeSubject(writes, orgId, subject);
    await writes.limits.insert(limit);
    await recordAct(ctx, writes, {
      ...limitTarget(limit),
      action: "limit.create",
      after: limitFields(limit),
    });
    return toLimitView(writes, limit);
  });
}
