import { type Kysely, Migrator } from "kysely";
import { migrations } from "./migrations/migrations.ts";
import type { Schema } from "./schema.ts";
import { toStorageError } from "./storage-error.ts";

/**
 * Brings the database to the newest schema, in one transaction. Replicas that start at once wait for each other
 * (PostgreSQL: an advisory lock). Throws when the database is newer than this program.
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw toStorageError(error);
}
