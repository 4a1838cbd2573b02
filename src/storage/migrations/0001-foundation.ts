import { type Kysely, type Migration, sql } from "kysely";

/** Organizations, providers, models, keys and the ledger. */
export const foundation: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("instance")
      .addColumn("key", "text", (column) => column.primaryKey())
      .addColumn("value", "text", (column) => column.notNull())
      .execute();
    await sql`insert into instance (key, value) values ('version', '0')`.execute(db);
    await createOrgs(db);
    await createProviders(db);
    await createModels(db);
    await createKeys(db);
    await createUsageRecords(db);
  },
};

async function createOrgs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("orgs")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("name_folded", "text", (column) => column.notNull().unique())
    .addColumn("default_model", "text")
    .addColumn("default_model_origin", "text")
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .execute();
}

async function createProviders(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("providers")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("name_folded", "text", (column) => column.notNull())
    .addColumn("driver", "text", (column) => column.notNull())
    .addColumn("base_url", "text", (column) => column.notNull())
    .addColumn("options", "text", (column) => column.notNull())
    .addColumn("enabled", "integer", (column) => column.notNull())
    .addColumn("priority", "integer", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("status_reason", "text")
    .addColumn("status_message", "text")
    .addColumn("checked_at", "bigint")
    .addColumn("latency_ms", "bigint")
    .addColumn("last_error", "text")
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("providers_name", ["org_id", "name_folded"])
    .execute();
  await db.schema
    .createTable("provider_credentials")
    .addColumn("provider_id", "text", (column) =>
      column.notNull().references("providers.id").onDelete("cascade"),
    )
    .addColumn("field", "text", (column) => column.notNull())
    .addColumn("sealed", "text", (column) => column.notNull())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("provider_credentials_key", ["provider_id", "field"])
    .execute();
}

async function createModels(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("models")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("provider_id", "text", (column) =>
      column.notNull().references("providers.id").onDelete("cascade"),
    )
    .addColumn("wire_id", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("display_name", "text")
    .addColumn("enabled", "integer", (column) => column.notNull())
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("traits", "text", (column) => column.notNull())
    .addColumn("context_tokens", "bigint")
    .addColumn("last_seen_at", "bigint")
    .addColumn("stale", "integer", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("models_wire_id", ["provider_id", "wire_id"])
    .execute();
}

async function createKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("keys")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull().unique())
    .addColumn("preview", "text", (column) => column.notNull())
    .addColumn("carrier", "text", (column) => column.notNull())
    .addColumn("scopes", "text", (column) => column.notNull())
    .addColumn("allowed_models", "text")
    .addColumn("strict", "integer", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .addColumn("last_used_at", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await sql`create unique index keys_live_name on keys (org_id, name) where revoked_at is null`.execute(db);
}

async function createUsageRecords(db: Kysely<unknown>): Promise<void> {
  const required = ["surface", "outcome", "cost_source", "losses", "raw_usage", "requested_model"] as const;
  const optional = ["provider_id", "provider_name", "wire_model", "protocol", "error_code"] as const;
  const counts = [
    ...["input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"],
    ...["output_tokens", "reasoning_tokens", "audio_input_tokens", "audio_output_tokens"],
    ...["started_at", "before_us", "upstream_first_byte_us", "first_byte_us", "total_us"],
  ];
  let table = db.schema
    .createTable("usage_records")
    .addColumn("request_id", "text", (column) => column.primaryKey())
    .addColumn("org_id", "text", (column) => column.notNull())
    .addColumn("key_id", "text", (column) => column.notNull());
  for (const name of required) table = table.addColumn(name, "text", (column) => column.notNull());
  for (const name of optional) table = table.addColumn(name, "text");
  for (const name of counts) table = table.addColumn(name, "bigint", (column) => column.notNull());
  for (const name of ["stream", "passthrough", "usage_estimated", "status"]) {
    table = table.addColumn(name, "integer", (column) => column.notNull());
  }
  for (const name of ["cost_usd", "reported_cost_usd"]) table = table.addColumn(name, "double precision");
  await table.execute();
  await db.schema
    .createIndex("usage_records_by_time")
    .on("usage_records")
    .columns(["org_id", "started_at"])
    .execute();
}
