import { type CreateTableBuilder, type Kysely, type Migration, PostgresAdapter, sql } from "kysely";

const dimensions = ["org_id", "key_id", "provider_id", "model", "surface", "outcome"] as const;

const counts = [
  ...["requests", "estimated_requests", "unpriced_requests"],
  ...["input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"],
  ...["output_tokens", "reasoning_tokens", "audio_input_tokens", "audio_output_tokens"],
  ...["before_us", "upstream_first_byte_us", "first_byte_us", "total_us"],
];

const costs = ["cost_reported_usd", "cost_computed_usd", "cost_listed_usd", "cost_estimated_usd"];

/** What requests used and cost, by the hour. */
export const rollups: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    let table: CreateTableBuilder<string, string> = db.schema
      .createTable("usage_rollups")
      .addColumn("hour", "bigint", (column) => column.notNull())
      .addColumn("provider_name", "text");
    for (const name of dimensions) table = table.addColumn(name, "text", (column) => column.notNull());
    for (const name of counts) table = table.addColumn(name, "bigint", (column) => column.notNull());
    for (const name of costs) table = table.addColumn(name, "double precision", (column) => column.notNull());
    table = table.addPrimaryKeyConstraint("usage_rollups_key", [
      ...["org_id", "hour", "key_id", "provider_id", "model", "surface", "outcome"],
    ]);
    // On SQLite the table then is its key's index, so that an interval lies in one piece.
    const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
    await (isPostgres ? table : table.modifyEnd(sql`without rowid`)).execute();
    await rollUpWhatIsThere(db);
  },
};

async function rollUpWhatIsThere(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into usage_rollups (
      org_id, hour, key_id, provider_id, model, surface, outcome, provider_name,
      requests, estimated_requests, unpriced_requests,
      input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
      output_tokens, reasoning_tokens, audio_input_tokens, audio_output_tokens,
      before_us, upstream_first_byte_us, first_byte_us, total_us,
      cost_reported_usd, cost_computed_usd, cost_listed_usd, cost_estimated_usd
    )
    select
      org_id, started_at - started_at % 3600000 as hour, key_id, coalesce(provider_id, '') as provider,
      coalesce(wire_model, '') as model, surface, outcome, max(provider_name),
      count(*), sum(usage_estimated),
      sum(case when cost_usd is null and input_tokens + cache_read_tokens + cache_write_5m_tokens
        + cache_write_1h_tokens + output_tokens > 0 then 1 else 0 end),
      sum(input_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens), sum(cache_write_1h_tokens),
      sum(output_tokens), sum(reasoning_tokens), sum(audio_input_tokens), sum(audio_output_tokens),
      sum(before_us), sum(upstream_first_byte_us), sum(first_byte_us), sum(total_us),
      sum(case when cost_source = 'reported' then coalesce(cost_usd, 0) else 0 end),
      sum(case when cost_source = 'computed' and usage_estimated = 0 then coalesce(cost_usd, 0) else 0 end),
      sum(case when cost_source = 'listed' and usage_estimated = 0 then coalesce(cost_usd, 0) else 0 end),
      sum(case when cost_source in ('computed', 'listed') and usage_estimated = 1
        then coalesce(cost_usd, 0) else 0 end)
    from usage_records
    group by org_id, started_at - started_at % 3600000, key_id, coalesce(provider_id, ''),
      coalesce(wire_model, ''), surface, outcome
  `.execute(db);
}
