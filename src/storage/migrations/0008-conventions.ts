import { type Kysely, type Migration, PostgresAdapter, sql } from "kysely";
import { foldName } from "../columns.ts";

/** What lists are sorted and searched by, and answers kept for requests that are sent again. */
export const conventions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createIdempotencyKeys(db);
    await foldNames(db, { table: "keys", name: "name" });
    await foldNames(db, { table: "models", name: "wire_id" });
    await db.schema
      .alterTable("models")
      .addColumn("org_id", "text", (column) => column.notNull().defaultTo(""))
      .execute();
    await sql`
      update models set org_id = (select org_id from providers where providers.id = models.provider_id)
    `.execute(db);
    await sortByBytes(db);
    for (const table of ["keys", "models"]) {
      await createIndex(db, { table, columns: ["org_id", "id"] });
      await createIndex(db, { table, columns: ["org_id", "name_folded", "id"] });
    }
    await createIndex(db, { table: "models", columns: ["provider_id", "id"] });
  },
};

async function createIdempotencyKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("idempotency_keys")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("org_id", "text", (column) => column.notNull())
    .addColumn("request_digest", "text", (column) => column.notNull())
    .addColumn("claimed_by", "text", (column) => column.notNull())
    .addColumn("claimed_until", "bigint", (column) => column.notNull())
    .addColumn("sealed", "text")
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  await createIndex(db, { table: "idempotency_keys", columns: ["expires_at"] });
}

/** The engines' own `lower` differ beyond ASCII, so that names are folded here. */
async function foldNames(
  db: Kysely<unknown>,
  { table, name }: { readonly table: string; readonly name: string },
): Promise<void> {
  await db.schema
    .alterTable(table)
    .addColumn("name_folded", "text", (column) => column.notNull().defaultTo(""))
    .execute();
  const { rows } = await sql<{ id: string; name: string }>`
    select id, ${sql.ref(name)} as name from ${sql.table(table)}
  `.execute(db);
  for (const row of rows) {
    await sql`
      update ${sql.table(table)} set name_folded = ${foldName(row.name)} where id = ${row.id}
    `.execute(db);
  }
}

/** What lists are sorted by is in the order of its bytes, which is SQLite's own, whatever the database's locale. */
const sortedColumns = [
  ...["keys", "models", "providers", "orgs", "connections"].map((table) => [table, "name_folded"] as const),
  ["invitations", "email"],
  ["auth_users", "email"],
] as const;

async function sortByBytes(db: Kysely<unknown>): Promise<void> {
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return;
  for (const [table, column] of sortedColumns) {
    await sql`
      alter table ${sql.table(table)} alter column ${sql.ref(column)} type text collate "C"
    `.execute(db);
  }
}

async function createIndex(
  db: Kysely<unknown>,
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
): Promise<void> {
  await db.schema
    .createIndex(`${table}_${columns.join("_")}`)
    .on(table)
    .columns([...columns])
    .execute();
}
