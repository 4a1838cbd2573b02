import type { Kysely, Migration } from "kysely";

/** Limits, at most one a subject, and on whose behalf a key calls. What no subject of a kind has is an empty text. */
export const limits: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("limits")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
      .addColumn("subject_kind", "text", (column) => column.notNull())
      .addColumn("subject_id", "text", (column) => column.notNull())
      .addColumn("subject_role", "text", (column) => column.notNull())
      .addColumn("requests_per_minute", "bigint")
      .addColumn("tokens_per_minute", "bigint")
      .addColumn("concurrency", "bigint")
      .addColumn("day_usd", "double precision")
      .addColumn("month_usd", "double precision")
      .addColumn("allow_unpriced", "integer", (column) => column.notNull())
      .addColumn("origin", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addUniqueConstraint("limits_subject", ["org_id", "subject_kind", "subject_id", "subject_role"])
      .execute();
    await db.schema.alterTable("keys").addColumn("agent", "text").execute();
    await db.schema.alterTable("keys").addColumn("agent_role", "text").execute();
  },
};
