import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

export interface RecentUseQuery {
  readonly orgId: string;
  readonly providerId: string;
  /** Undefined: every model of the provider. */
  readonly wireModel: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Who called a provider or model lately. */
export async function findRecentUse(
  db: Kysely<Schema>,
  query: RecentUseQuery,
): Promise<{ readonly requests: number; readonly keys: number; readonly lastAt: number | undefined }> {
  let select = db
    .selectFrom("usage_records")
    .select(({ fn }) => [
      fn.countAll<number>().as("requests"),
      fn.count<number>("key_id").distinct().as("keys"),
      fn.max("started_at").as("last_at"),
    ])
    .where("org_id", "=", query.orgId)
    .where("started_at", ">=", query.since)
    .where("provider_id", "=", query.providerId);
  if (query.wireModel !== undefined) select = select.where("wire_model", "=", query.wireModel);
  const row = await select.executeTakeFirstOrThrow();
  const lastAt: number | null = row.last_at;
  return { requests: Number(row.requests), keys: Number(row.keys), lastAt: lastAt ?? undefined };
}
