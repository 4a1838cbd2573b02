import { type Kysely, type Migration, sql } from "kysely";

/** Links for forgotten passwords, one an account. Sessions from before end, since their tokens stood here readable. */
export const passwordResets: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("password_resets")
      .addColumn("user_id", "text", (column) =>
        column.primaryKey().references("auth_users.id").onDelete("cascade"),
      )
      .addColumn("org_id", "text", (column) => column.notNull().references("orgs.id").onDelete("cascade"))
      .addColumn("token_digest", "text", (column) => column.notNull().unique())
      .addColumn("maker_kind", "text", (column) => column.notNull())
      .addColumn("maker_id", "text", (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .execute();
    await sql`delete from auth_sessions`.execute(db);
  },
};
