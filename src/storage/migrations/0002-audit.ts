import type { Kysely, Migration } from "kysely";

/** The audit log. No foreign keys: it outlives what it names. */
export const audit: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    let table = db.schema
      .createTable("audit_events")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("org_id", "text", (column) => column.notNull())
      .addColumn("seq", "bigint", (column) => column.notNull())
      .addColumn("at", "bigint", (column) => column.notNull());
    for (const name of ["actor_kind", "actor_name", "action", "target_kind", "target_name", "mac"]) {
      table = table.addColumn(name, "text", (column) => column.notNull());
    }
    for (const name of ["actor_id", "address", "request_id", "target_id", "before", "after"]) {
      table = table.addColumn(name, "text");
    }
    await table.addUniqueConstraint("audit_events_chain", ["org_id", "seq"]).execute();
  },
};
