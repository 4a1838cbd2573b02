import { z } from "zod";
import type { UsageRecord } from "../../plane/usage-record.ts";
import type { LedgerPosition, UsageListQuery } from "../../storage/ledger/list-usage.ts";
import { requireViewer } from "../access.ts";
import type { Page } from "../page.ts";
import { decodeCursor, encodeCursor } from "../page-cursor.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireOrder } from "./usage-interval.ts";

export interface RequestsInput {
  readonly orgId: string;
  readonly filter?: UsageListQuery["filter"] | undefined;
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
}

export interface ListRequestsInput extends RequestsInput {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const schema = z.object({ limit: z.int().min(1).max(1000).default(100) });
const scope = { list: "requests", sort: "-started_at" };

/** The org's requests, newest first. A page may hold less than its limit, or nothing, and have another behind it. */
export async function listRequests(
  ctx: ServiceContext,
  input: ListRequestsInput,
): Promise<Page<UsageRecord>> {
  requireViewer(ctx, input.orgId);
  const { limit } = parseInput(schema, { limit: input.limit });
  const after =
    input.cursor === undefined ? undefined : decodeCursor(input.cursor, { ...scope, type: "number" });
  const { records, next } = await ctx.storage.ledger.list({
    ...queryOf(input),
    after: after && { startedAt: Number(after.value), requestId: after.id },
    limit,
  });
  const nextCursor = next && encodeCursor({ value: next.startedAt, id: next.requestId }, scope);
  return { data: records, nextCursor };
}

/** All of the org's requests that fit, newest first, piece by piece: what is behind is not kept in memory. */
export async function* exportRequests(
  ctx: ServiceContext,
  input: RequestsInput,
): AsyncGenerator<readonly UsageRecord[]> {
  requireViewer(ctx, input.orgId);
  let after: LedgerPosition | undefined;
  do {
    const { records, next } = await ctx.storage.ledger.list({ ...queryOf(input), after, limit: exportPage });
    if (records.length > 0) yield records;
    after = next;
  } while (after !== undefined);
}

const exportPage = 500;

function queryOf({ orgId, filter = {}, from, to }: RequestsInput) {
  requireOrder(from, to);
  return { orgId, filter, from, to };
}
