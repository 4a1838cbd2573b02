import type { Kysely, Migration } from "kysely";

/** Favourites and the organizations' settings. */
export const models: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable("models")
      .addColumn("favorite", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable("orgs")
      .addColumn("settings", "text", (column) => column.notNull().defaultTo("{}"))
      .execute();
  },
};
