import type { Kysely, Migration } from "kysely";

/** Routes with their targets, and which providers share a quota. A target outlives its model: it is shown as gone, and passed over. */
export const routes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("routes")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("name_folded", "text", (column) => column.notNull())
      .addColumn("strategy", "text", (column) => column.notNull())
      .addColumn("sticky_by", "text")
      .addColumn("retries", "integer")
      .addColumn("hedge_after_ms", "bigint")
      .addColumn("origin", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addUniqueConstraint("routes_name", ["org_id", "name_folded"])
      .execute();
    await db.schema
      .createTable("route_targets")
      .addColumn("route_id", "text", (column) => column.notNull().references("routes.id").onDelete("cascade"))
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("model_id", "text", (column) => column.notNull())
      .addColumn("weight", "double precision", (column) => column.notNull())
      .addColumn("parameters", "text")
      .addColumn("timeouts", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("route_targets_key", ["route_id", "position"])
      .execute();
    await db.schema.createIndex("route_targets_model").on("route_targets").column("model_id").execute();
    await db.schema.alterTable("providers").addColumn("quota_group", "text").execute();
  },
};
