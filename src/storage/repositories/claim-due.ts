import type { Kysely } from "kysely";
import type { ProviderRecord } from "../records/provider-record.ts";
import type { Schema } from "../schema.ts";
import { toProvider } from "./provider-row.ts";

/** What a provider can be due for. */
export type DueKind = "probe" | "discovery";

const columns = { probe: "next_probe_at", discovery: "next_discovery_at" } as const;

/** Enabled providers whose time has come, the longest waiting first. A vendor that is down is not asked for its models. */
export async function findDue(
  db: Kysely<Schema>,
  due: { readonly kind: DueKind; readonly now: number; readonly limit: number },
) {
  const column = columns[due.kind];
  let select = db
    .selectFrom("providers")
    .selectAll()
    .where("enabled", "=", 1)
    .where(column, "<=", due.now)
    .orderBy(column)
    .limit(due.limit);
  if (due.kind === "discovery") select = select.where("status", "=", "available");
  return select.execute();
}

/** Compare-and-set: a provider whose time somebody else has moved meanwhile is theirs. */
export async function claimDue(
  db: Kysely<Schema>,
  claim: {
    readonly kind: DueKind;
    readonly now: number;
    readonly until: number;
    readonly limit: number;
  },
): Promise<readonly ProviderRecord[]> {
  const column = columns[claim.kind];
  const claimed: ProviderRecord[] = [];
  for (const row of await findDue(db, claim)) {
    const { numUpdatedRows } = await db
      .updateTable("providers")
      .set({ [column]: claim.until })
      .where("id", "=", row.id)
      .where(column, "=", row[column])
      .executeTakeFirst();
    if (numUpdatedRows === 1n) claimed.push(toProvider({ ...row, [column]: claim.until }));
  }
  return claimed;
}
