import { z } from "zod";
import type { Page, PageInput } from "../page.ts";
import { decodeCursor, encodeCursor } from "../page-cursor.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { type AuditView, toAuditView } from "./audit-view.ts";
import { requireAuditor } from "./require-auditor.ts";

export interface ListAuditInput extends Omit<PageInput, "sort"> {
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

const schema = z.object({ limit: z.int().min(1).max(1000).default(100) });

const scope = { list: "audit", sort: "-seq" };

/** Administrative acts on an org, or for operators on the instance, the newest first. */
export async function listAudit(ctx: ServiceContext, input: ListAuditInput): Promise<Page<AuditView>> {
  requireAuditor(ctx, input.orgId);
  const { limit } = parseInput(schema, { limit: input.limit });
  const after =
    input.cursor === undefined ? undefined : decodeCursor(input.cursor, { ...scope, type: "number" });
  const rows = await ctx.storage.reads.audit.page({
    ...input,
    orgId: input.orgId ?? "",
    limit: limit + 1,
    before: after === undefined ? undefined : Number(after.value),
  });
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  const nextCursor = last && encodeCursor({ value: last.seq, id: last.id }, scope);
  return { data: data.map(toAuditView), nextCursor };
}
