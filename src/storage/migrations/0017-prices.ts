import { type Kysely, type Migration, sql } from "kysely";

/** An org's own prices. Versions stay, also of what was removed: rows of the ledger name them. */
export const prices: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("prices")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
      .addColumn("provider_id", "text", (column) => column.notNull())
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("origin", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addColumn("removed_at", "bigint")
      .execute();
    await sql`
      create unique index prices_live on prices (org_id, provider_id, model) where removed_at is null
    `.execute(db);
    await db.schema
      .createTable("price_versions")
      .addColumn("price_id", "text", (column) => column.notNull().references("prices.id").onDelete("cascade"))
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("effective_from", "bigint", (column) => column.notNull())
      .addColumn("tiers", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("price_versions_key", ["price_id", "version"])
      .execute();
  },
};
