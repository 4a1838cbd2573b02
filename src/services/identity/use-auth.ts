import type { Kysely } from "kysely";
import type { Schema } from "../../storage/schema.ts";
import type { ServiceContext } from "../service-context.ts";
import type { Auth } from "./auth.ts";

const made = new WeakMap<Kysely<Schema>, Promise<Auth>>();

/**
 * The identity library on the context's database, or in the transaction that `db` is. Loaded when it is first needed:
 * it takes 30 MB and 150 ms, which a server that is used by keys alone never pays.
 */
export async function useAuth(
  ctx: ServiceContext,
  db: Kysely<Schema> = ctx.storage.reads.auth,
): Promise<Auth> {
  if (db.isTransaction) return (await import("./auth.ts")).createAuth(ctx, db);
  const known = made.get(db) ?? import("./auth.ts").then(({ createAuth }) => createAuth(ctx, db));
  made.set(db, known);
  return known;
}
