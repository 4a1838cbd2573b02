import type { Kysely, Migration } from "kysely";

/** Connections of users, the OAuth clients they are made with, sign-ins under way, and tokens that change by themselves. */
export const connections: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createClients(db);
    await createConnections(db);
    await createFlows(db);
    await createTokens(db);
  },
};

async function createClients(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("connector_clients")
    .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
    .addColumn("connector", "text", (column) => column.notNull())
    .addColumn("client_id", "text", (column) => column.notNull())
    .addColumn("sealed", "text")
    .addColumn("fingerprint", "text")
    .addColumn("scopes", "text")
    .addColumn("options", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("connector_clients_key", ["org_id", "connector"])
    .execute();
}

async function createConnections(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("connections")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("connector", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("name_folded", "text", (column) => column.notNull())
    .addColumn("auth", "text", (column) => column.notNull())
    .addColumn("options", "text", (column) => column.notNull())
    .addColumn("account_id", "text")
    .addColumn("account_name", "text")
    .addColumn("scopes", "text", (column) => column.notNull())
    .addColumn("client_id", "text")
    .addColumn("token_url", "text")
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("status_reason", "text")
    .addColumn("checked_at", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("connections_name", ["org_id", "user_id", "name_folded"])
    .execute();
  await db.schema
    .createTable("connection_secrets")
    .addColumn("connection_id", "text", (column) =>
      column.notNull().references("connections.id").onDelete("cascade"),
    )
    .addColumn("field", "text", (column) => column.notNull())
    .addColumn("sealed", "text", (column) => column.notNull())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("connection_secrets_key", ["connection_id", "field"])
    .execute();
}

/** A row is taken away by the callback that uses it, so that it is used once. */
async function createFlows(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("oauth_flows")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("state_digest", "text", (column) => column.notNull().unique())
    .addColumn("sealed", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
}

/** `id` is that of the provider or connection; a column each, so that the row goes when its owner goes. */
async function createTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("oauth_tokens")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("org_id", "text", (column) => column.notNull())
    .addColumn("provider_id", "text", (column) => column.references("providers.id").onDelete("cascade"))
    .addColumn("connection_id", "text", (column) => column.references("connections.id").onDelete("cascade"))
    .addColumn("sealed", "text")
    .addColumn("claimed_by", "text")
    .addColumn("claimed_until", "bigint", (column) => column.notNull())
    .execute();
}
