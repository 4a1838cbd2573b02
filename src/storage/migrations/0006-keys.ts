import { type Kysely, type Migration, sql } from "kysely";

/** Rotation of keys with a grace period, when a key last changed, and the master keys that a key-encryption key wraps. */
export const keys: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("keys").addColumn("previous_digest", "text").execute();
    await db.schema.alterTable("keys").addColumn("previous_expires_at", "bigint").execute();
    await db.schema
      .alterTable("keys")
      .addColumn("updated_at", "bigint", (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`update keys set updated_at = coalesce(revoked_at, created_at)`.execute(db);
    await db.schema
      .createIndex("keys_previous_digest")
      .on("keys")
      .column("previous_digest")
      .unique()
      .execute();
    await db.schema
      .createTable("master_keys")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("wrapper", "text", (column) => column.notNull())
      .addColumn("wrapped", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .execute();
  },
};
