/** What bounds the use of a shared database. */
export interface DatabaseLimits {
  /** Connections of this process, besides the one that listens for changes. */
  readonly pool: number;
  /** Milliseconds a statement may take; migrations have no such limit. */
  readonly statementTimeoutMs: number;
}

export const defaultDatabaseLimits: DatabaseLimits = { pool: 10, statementTimeoutMs: 15_000 };
