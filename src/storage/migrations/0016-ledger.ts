import { type CreateTableBuilder, type Kysely, type Migration, PostgresAdapter, sql } from "kysely";
import { partitionUsage } from "./partition-usage.ts";

const added = {
  ...{ route: "text", agent: "text", agent_role: "text", attempts: "text" },
  ...{ service_tier: "text", price_version: "text", computed_cost_usd: "double precision" },
} as const;

/** What routes, agents and prices have to do with a request; days as partitions where the engine has them. */
export const ledger: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const [name, type] of Object.entries(added)) {
      await db.schema.alterTable("usage_records").addColumn(name, sql.raw(type)).execute();
    }
    if (isPostgres(db)) await partitionUsage(db);
    await widenRollups(db);
  },
};

const keys = [
  ...["org_id", "hour", "key_id", "provider_id", "model", "surface", "outcome"],
  ...["route", "agent", "agent_role"],
];
const counts = [
  ...["requests", "estimated_requests", "unpriced_requests"],
  ...["input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"],
  ...["output_tokens", "reasoning_tokens", "audio_input_tokens", "audio_output_tokens"],
  ...["before_us", "upstream_first_byte_us", "first_byte_us", "total_us"],
];
const costs = ["cost_reported_usd", "cost_computed_usd", "cost_listed_usd", "cost_estimated_usd"];
const addedSums = ["compared_requests", "compared_reported_usd", "compared_computed_usd"];

/** A primary key cannot grow in place: the sums move to a table that has the new dimensions in its key. */
export async function widenRollups(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("usage_rollups").renameTo("usage_rollups_narrow").execute();
  let table: CreateTableBuilder<string, string> = db.schema
    .createTable("usage_rollups")
    .addColumn("provider_name", "text");
  for (const name of keys) {
    table = table.addColumn(name, name === "hour" ? "bigint" : "text", (column) => column.notNull());
  }
  for (const name of [...counts, "compared_requests"]) {
    table = table.addColumn(name, "bigint", (column) => column.notNull());
  }
  for (const name of [...costs, "compared_reported_usd", "compared_computed_usd"]) {
    table = table.addColumn(name, "double precision", (column) => column.notNull());
  }
  // The name is taken on PostgreSQL by the index of the table that goes.
  table = table.addPrimaryKeyConstraint("usage_rollups_by_all", keys);
  // On SQLite the table then is its key's index, so that an interval lies in one piece.
  await (isPostgres(db) ? table : table.modifyEnd(sql`without rowid`)).execute();
  const kept = ["provider_name", ...keys.slice(0, 7), ...counts, ...costs].join(", ");
  await sql`
    insert into usage_rollups (${sql.raw(kept)}, route, agent, agent_role, ${sql.raw(addedSums.join(", "))})
    select ${sql.raw(kept)}, '', '', '', 0, 0, 0 from usage_rollups_narrow
  `.execute(db);
  await db.schema.dropTable("usage_rollups_narrow").execute();
}

function isPostgres(db: Kysely<unknown>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
