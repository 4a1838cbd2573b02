import type { Kysely, Migration } from "kysely";

/** What each of the last versions changed, so that a replica reads that and not everything. */
export const changes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("changes")
      .addColumn("version", "bigint", (column) => column.primaryKey())
      .addColumn("parts", "text", (column) => column.notNull())
      .execute();
  },
};
