import { PenstockError } from "../errors/penstock-error.ts";

/**
 * PostgreSQL's classes of errors that say "not now": connection (08), resources (53), operator (57), system (58);
 * then serialization failure, deadlock and lock timeout.
 * Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const postgresUnavailable = /^(08|53|57|58)|^(40001|40P01|55P03|25006)$/;
const networkUnavailable = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOENT$)/;
const sqliteUnavailable = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|PROTOCOL|NOMEM)/;
/** pg and its pool say these without a code. */
const messages =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|the pool is already|Cannot use a pool|Query read timeout|Cannot use a closed database/i;

/** PostgreSQL's `character_not_in_repertoire`: it keeps no NUL in a text. SQLite does, so this is no error of ours. */
const unstorableText = "22021";

/**
 * `storage_unavailable` when the engine cannot be reached or cannot write, `invalid_request` for a text it cannot hold,
 * else `internal`; the cause is kept for the log.
 */
export function toStorageError(error: unknown): PenstockError {
  if (error instanceof PenstockError) return error;
  if (error instanceof Error && "code" in error && error.code === unstorableText) {
    const reason = "A name or an id holds a NUL character.";
    return new PenstockError("invalid_request", { fields: { reason }, cause: error });
  }
  return isUnavailable(error)
    ? new PenstockError("storage_unavailable", { retryAfterMs: 1_000, cause: error })
    : new PenstockError("internal", { cause: error });
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return (
    postgresUnavailable.test(code) ||
    networkUnavailable.test(code) ||
    sqliteUnavailable.test(code) ||
    messages.test(error.message)
  );
}
