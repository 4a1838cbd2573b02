import type { Kysely, Migration } from "kysely";

/** What calls said and were answered, for organizations that want it kept. */
export const contents: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("request_contents")
      .addColumn("request_id", "text", (column) => column.primaryKey())
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
      .addColumn("at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .addColumn("request", "text", (column) => column.notNull())
      .addColumn("response", "text")
      .addColumn("truncated", "integer", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("request_contents_by_expiry")
      .on("request_contents")
      .column("expires_at")
      .execute();
  },
};
