import { z } from "zod";
import type { Page, PageInput } from "../page.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { type AuditView, toAuditView } from "./audit-view.ts";
import { requireAuditor } from "./require-auditor.ts";

export interface ListAuditInput extends PageInput {
  /** Undefined: the acts on the instance itself. */
  readonly orgId: string | undefined;
  /** `key.create`, or `key.*` for every act on keys. */
  readonly action?: string | undefined;
  /** Id or name. */
  readonly actor?: string | undefined;
  /** Id or name. */
  readonly target?: string | undefined;
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined;
  /** Milliseconds since the epoch, exclusive. */
  readonly to?: number | undefined;
}

const schema = z.object({
  limit: z.int().min(1).max(1000).default(100),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, "is not a cursor of this list")
    .transform(Number)
    .optional(),
});

/** Administrative acts on an org, or for operators on the instance, the newest first. */
export async function listAudit(ctx: ServiceContext, input: ListAuditInput): Promise<Page<AuditView>> {
  requireAuditor(ctx, input.orgId);
  const { limit, cursor } = parseInput(schema, { limit: input.limit, cursor: input.cursor });
  const rows = await ctx.storage.reads.audit.page({
    ...input,
    orgId: input.orgId ?? "",
    limit: limit + 1,
    before: cursor,
  });
  const data = rows.slice(0, limit);
  const next = rows.length > limit ? data.at(-1)?.seq : undefined;
  return { data: data.map(toAuditView), nextCursor: next === undefined ? undefined : String(next) };
}
