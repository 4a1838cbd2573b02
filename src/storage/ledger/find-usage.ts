import type { Kysely } from "kysely";
import type { UsageRecord } from "../../plane/usage-record.ts";
import type { Schema } from "../schema.ts";
import { fromUsageRow } from "./from-usage-row.ts";

/** One record of the org's ledger. */
export async function findUsage(
  db: Kysely<Schema>,
  query: { readonly orgId: string; readonly requestId: string },
): Promise<UsageRecord | undefined> {
  const row = await db
    .selectFrom("usage_records")
    .selectAll()
    .where("request_id", "=", query.requestId)
    .where("org_id", "=", query.orgId)
    .executeTakeFirst();
  return row && fromUsageRow(row);
}
