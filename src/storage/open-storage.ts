import { join } from "node:path";
import { PenstockError } from "../errors/penstock-error.ts";
import type { DatabaseLimits } from "./postgres/database-limits.ts";
import { openSqlite } from "./sqlite/open-sqlite.ts";
import type { Storage } from "./storage.ts";

/** Opens the engine the operator chose: PostgreSQL by its URL, else SQLite as `penstock.db` in the data folder. */
export async function openStorage(options: {
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** Of PostgreSQL; its defaults when absent. */
  readonly limits?: DatabaseLimits | undefined;
  /** Of SQLite: told when the thread that does checkpoints fails at it; the database works on without. */
  readonly onCheckpointFailure?: ((cause: unknown) => void) | undefined;
}): Promise<Storage> {
  const { databaseUrl } = options;
  if (databaseUrl === undefined || databaseUrl === "sqlite" || databaseUrl === "") {
    return openSqlite({
      path: join(options.dataDir, "penstock.db"),
      onCheckpointFailure: options.onCheckpointFailure,
    });
  }
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) {
    // Most installations never need the client of PostgreSQL.
    const { openPostgres } = await import("./postgres/open-postgres.ts");
    return openPostgres(databaseUrl, options.limits);
  }
  throw new PenstockError("invalid_request", {
    fields: { reason: "PENSTOCK_DATABASE_URL must be a postgres:// URL, or unset for the embedded SQLite." },
  });
}
