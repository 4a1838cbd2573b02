import type { Kysely, Migration } from "kysely";

/** What vendors say of their models, and what stands behind a deployment. */
export const modelFacts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable("models")
      .addColumn("facts", "text", (column) => column.notNull().defaultTo("{}"))
      .execute();
    await db.schema.alterTable("models").addColumn("base_model", "text").execute();
  },
};
