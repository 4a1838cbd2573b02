import { type Kysely, sql } from "kysely";
import type { Schema } from "../schema.ts";

export interface PruneQuery {
  /** Milliseconds since the epoch: what began earlier goes. */
  readonly before: number;
  /** Rows a statement removes at most; on the embedded engine it holds up everything else meanwhile. */
  readonly slice: number;
  /** Called after each slice that was full; the walk goes on when it resolves, or ends when it says so. */
  readonly pause: () => Promise<"go on" | "stop">;
}

/** Removes old records, slice by slice; rollups stay. Returns how many went. */
export async function pruneUsage(db: Kysely<Schema>, query: PruneQuery): Promise<number> {
  let removed = 0;
  let orgId = await orgAfter(db, "");
  while (orgId !== undefined) {
    const count = await removeSlice(db, orgId, query);
    removed += count;
    if (count < query.slice) orgId = await orgAfter(db, orgId);
    else if ((await query.pause()) === "stop") break;
  }
  return removed;
}

/** The next org the ledger knows: one step in the index, where `distinct` would read all of it. */
async function orgAfter(db: Kysely<Schema>, orgId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("usage_records")
    .select("org_id")
    .where("org_id", ">", orgId)
    .orderBy("org_id")
    .limit(1)
    .executeTakeFirst();
  return row?.org_id;
}

async function removeSlice(
  db: Kysely<Schema>,
  orgId: string,
  { before, slice }: PruneQuery,
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from usage_records where request_id in (
      select request_id from usage_records where org_id = ${orgId} and started_at < ${before}
      order by started_at limit ${slice}
    )
  `.execute(db);
  return Number(numAffectedRows);
}
