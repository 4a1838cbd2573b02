import { type PoolConfig, types } from "pg";

const bigintType = 20;
const numericType = 1700;

/** bigint and numeric (sums of them) come as text by default; ours are milliseconds and counts, exact in a double. */
const numbersAsNumbers = {
  getTypeParser(type: number, format?: "text" | "binary") {
    if (type === bigintType || type === numericType) return Number;
    return format === "binary" ? types.getTypeParser(type, "binary") : types.getTypeParser(type, "text");
  },
};

/** How Penstock connects: bounded in connections and in time, so that a slow database is an error, not a hang. */
export function connectionConfig(url: string): PoolConfig {
  return {
    connectionString: url,
    application_name: "penstock",
    types: numbersAsNumbers,
    max: 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  };
}
