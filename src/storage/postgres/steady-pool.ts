import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type { Pool, PoolClient } from "pg";

const firstPauseMs = 100;
const longestPauseMs = 1_000;

/**
 * The pool as Kysely uses it, for a database that goes away: after a failed connect further ones fail at once for a
 * pause that grows to a second, and a connection whose answer never came is closed, not used again.
 */
export function steadyPool(pool: Pool): PostgresPool {
  let failures = 0;
  let nextTryAt = 0;
  let lastError: unknown;

  async function connect(): Promise<PoolClient> {
    // Connections that stand are good, whatever became of the last new one.
    if (performance.now() < nextTryAt && pool.idleCount === 0) throw lastError;
    try {
      const client = await pool.connect();
      failures = 0;
      nextTryAt = 0;
      return client;
    } catch (error) {
      const now = performance.now();
      if (!isPoolBusy(error) && now >= nextTryAt) {
        const pause = Math.min(firstPauseMs * 2 ** failures++, longestPauseMs);
        // Spread out, so that replicas do not come back in one wave.
        nextTryAt = now + pause * (0.5 + Math.random() / 2);
        lastError = error;
      }
      throw error;
    }
  }

  return {
    async connect() {
      const client = await connect();
      return new SteadyClient(client, (destroy) => client.release(destroy));
    },
    end: () => pool.end(),
  };
}

/** All connections are in use, which says nothing about the database. */
function isPoolBusy(error: unknown): boolean {
  return error instanceof Error && /^timeout exceeded when trying to connect/.test(error.message);
}

class SteadyClient implements PostgresPoolClient {
  readonly #client: PostgresPoolClient;
  readonly #release: (destroy: boolean) => void;
  #unanswered: Error | undefined;

  constructor(client: PostgresPoolClient, release: (destroy: boolean) => void) {
    this.#client = client;
    this.#release = release;
  }

  query<R>(sql: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    what: string | PostgresCursor<R>,
    parameters: ReadonlyArray<unknown> = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    return typeof what === "string" ? this.#run<R>(what, parameters) : this.#client.query(what);
  }

  async #run<R>(sql: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>> {
    // A rollback would wait behind the statement that was never answered.
    if (this.#unanswered !== undefined) throw this.#unanswered;
    try {
      return await this.#client.query<R>(sql, parameters);
    } catch (error) {
      if (error instanceof Error && error.message === "Query read timeout") this.#unanswered = error;
      throw error;
    }
  }

  release(): void {
    this.#release(this.#unanswered !== undefined);
  }
}
