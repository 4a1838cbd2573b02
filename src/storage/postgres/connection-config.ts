import { type PoolConfig, types } from "pg";
import type { DatabaseLimits } from "./database-limits.ts";

const bigintType = 20;
const numericType = 1700;

/** bigint and numeric (sums of them) come as text by default; ours are milliseconds and counts, exact in a double. */
const numbersAsNumbers = {
  getTypeParser(type: number, format?: "text" | "binary") {
    if (type === bigintType || type === numericType) return Number;
    return format === "binary" ? types.getTypeParser(type, "binary") : types.getTypeParser(type, "text");
  },
};

/**
 * How Penstock connects: bounded in connections and in time, so that a slow database is an error, not a hang. What the
 * URL says goes before it, e.g. `?sslmode=verify-full&sslrootcert=/etc/ca.pem`.
 */
export function connectionConfig(url: string, limits: DatabaseLimits): PoolConfig {
  return {
    connectionString: url,
    application_name: "penstock",
    types: numbersAsNumbers,
    max: limits.pool,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: limits.statementTimeoutMs,
    // Changes wait for each other, so a lock that is held long is somebody else's.
    lock_timeout: Math.min(10_000, limits.statementTimeoutMs),
    // The server's limit comes first, unless the network swallows its answer.
    query_timeout: limits.statementTimeoutMs + 5_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  };
}

/** One connection that may take its time: a migration of a large table must not be cut in the middle of its work. */
export function migrationConfig(url: string): PoolConfig {
  return {
    ...connectionConfig(url, { pool: 1, statementTimeoutMs: 0 }),
    application_name: "penstock-migration",
    lock_timeout: 0,
    query_timeout: 0,
    // Between two statements nothing takes long: a replica that is gone must not hold the others' migration up.
    idle_in_transaction_session_timeout: 60_000,
  };
}
