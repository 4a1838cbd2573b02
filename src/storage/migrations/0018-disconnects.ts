import type { Kysely, Migration } from "kysely";

/** What becomes of the calls of a key whose client leaves; until now each was cancelled. */
export const disconnects: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable("keys")
      .addColumn("on_disconnect", "text", (column) => column.notNull().defaultTo("cancel"))
      .execute();
  },
};
