import type { Kysely, Migration } from "kysely";

/** When providers are looked at and what came of it, how long each may be silent, and who set which secret. */
export const providerLifecycle: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const add = (table: "providers" | "provider_credentials", name: string, type: "bigint" | "text") =>
      db.schema.alterTable(table).addColumn(name, type).execute();
    for (const name of ["last_error_at", "status_since", "discovered_at", "models_reviewed_at"]) {
      await add("providers", name, "bigint");
    }
    // Due at once: what is known of a provider from before is old.
    for (const name of ["next_probe_at", "next_discovery_at"]) {
      await db.schema
        .alterTable("providers")
        .addColumn(name, "bigint", (column) => column.defaultTo(0))
        .execute();
    }
    await db.schema
      .alterTable("providers")
      .addColumn("failures", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable("providers")
      .addColumn("timeouts", "text", (column) => column.notNull().defaultTo("{}"))
      .execute();
    await add("provider_credentials", "set_at", "bigint");
    await add("provider_credentials", "set_by", "text");
  },
};
