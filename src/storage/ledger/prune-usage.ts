import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Schema } from "../schema.ts";

export interface PruneQuery {
  /** Milliseconds since the epoch: what began earlier goes. */
  readonly before: number;
  /** Rows a statement removes at most; on the embedded engine it holds up everything else meanwhile. */
  readonly slice: number;
  /** Called after each slice that was full; the walk goes on when it resolves, or ends when it says so. */
  readonly pause: () => Promise<"go on" | "stop">;
}

/** Where the rows of the ledger are that are removed slice by slice. */
export type SlicedTable = "usage_records" | "usage_records_default";

/** Removes old records, slice by slice; rollups stay. Returns how many went. */
export async function pruneUsage(
  db: Kysely<Schema>,
  query: PruneQuery & { readonly table: SlicedTable },
): Promise<number> {
  const table = sql.raw(query.table);
  let removed = 0;
  let orgId = await orgAfter(db, table, "");
  while (orgId !== undefined) {
    const count = await removeSlice(db, orgId, { ...query, from: table });
    removed += count;
    if (count < query.slice) orgId = await orgAfter(db, table, orgId);
    else if ((await query.pause()) === "stop") break;
  }
  return removed;
}

/** The next org the ledger knows: one step in the index, where `distinct` would read all of it. */
async function orgAfter(
  db: Kysely<Schema>,
  table: RawBuilder<unknown>,
  orgId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ readonly org_id: string }>`
    select org_id from ${table} where org_id > ${orgId} order by org_id limit 1
  `.execute(db);
  return rows[0]?.org_id;
}

async function removeSlice(
  db: Kysely<Schema>,
  orgId: string,
  { before, slice, from }: PruneQuery & { readonly from: RawBuilder<unknown> },
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from ${from} where (request_id, started_at) in (
      select request_id, started_at from ${from} where org_id = ${orgId} and started_at < ${before}
      order by started_at limit ${slice}
    )
  `.execute(db);
  return Number(numAffectedRows);
}
