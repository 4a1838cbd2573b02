import { type Kysely, type Migration, sql } from "kysely";

/**
 * People. The tables `auth_*` belong to the identity library (ADR 0010), which writes its times as ISO 8601 text on both
 * engines; the others are ours.
 */
export const identity: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createUsers(db);
    await createSessions(db);
    await createAccounts(db);
    await createMembers(db);
    await createInvitations(db);
    await db.schema
      .createTable("throttles")
      .addColumn("key", "text", (column) => column.primaryKey())
      .addColumn("count", "bigint", (column) => column.notNull())
      .addColumn("started_at", "bigint", (column) => column.notNull())
      .execute();
  },
};

/** Columns that the library's tables share. */
function authTable(db: Kysely<unknown>, name: string) {
  return db.schema
    .createTable(name)
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("updated_at", "text", (column) => column.notNull());
}

async function createUsers(db: Kysely<unknown>): Promise<void> {
  await authTable(db, "auth_users")
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("email", "text", (column) => column.notNull().unique())
    .addColumn("email_verified", "integer", (column) => column.notNull())
    .addColumn("image", "text")
    .execute();
  await db.schema
    .createTable("operators")
    .addColumn("user_id", "text", (column) =>
      column.primaryKey().references("auth_users.id").onDelete("cascade"),
    )
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await authTable(db, "auth_sessions")
    .addColumn("user_id", "text", (column) =>
      column.notNull().references("auth_users.id").onDelete("cascade"),
    )
    .addColumn("token", "text", (column) => column.notNull().unique())
    .addColumn("expires_at", "text", (column) => column.notNull())
    .addColumn("ip_address", "text")
    .addColumn("user_agent", "text")
    .execute();
  await db.schema.createIndex("auth_sessions_by_user").on("auth_sessions").column("user_id").execute();
  await authTable(db, "auth_verifications")
    .addColumn("identifier", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addColumn("expires_at", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("auth_verifications_by_identifier")
    .on("auth_verifications")
    .column("identifier")
    .execute();
}

async function createAccounts(db: Kysely<unknown>): Promise<void> {
  let table = authTable(db, "auth_accounts")
    .addColumn("user_id", "text", (column) =>
      column.notNull().references("auth_users.id").onDelete("cascade"),
    )
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("provider_id", "text", (column) => column.notNull());
  const optional = [
    ...["access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at"],
    ...["scope", "password"],
  ];
  for (const name of optional) table = table.addColumn(name, "text");
  await table.addUniqueConstraint("auth_accounts_identity", ["provider_id", "account_id"]).execute();
  await db.schema.createIndex("auth_accounts_by_user").on("auth_accounts").column("user_id").execute();
}

async function createMembers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("members")
    .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
    .addColumn("user_id", "text", (column) =>
      column.notNull().references("auth_users.id").onDelete("cascade"),
    )
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("members_key", ["org_id", "user_id"])
    .execute();
  await db.schema.createIndex("members_by_user").on("members").column("user_id").execute();
}

async function createInvitations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("invitations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("token_digest", "text", (column) => column.notNull().unique())
    .addColumn("invited_by", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("accepted_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .execute();
  await sql`create unique index invitations_open on invitations (org_id, email)
    where accepted_at is null and revoked_at is null`.execute(db);
  await db.schema.createIndex("invitations_by_email").on("invitations").column("email").execute();
}
