import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from "kysely";
import { toStorageError } from "./storage-error.ts";

/**
 * The dialect with every failure of its driver turned into a `PenstockError`, at the one place all queries pass. `onRelease` is called
 * whenever somebody is done with a connection.
 */
export function guardDialect(dialect: Dialect, onRelease?: () => void): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => new GuardedDriver(dialect.createDriver(), onRelease),
  };
}

class GuardedDriver implements Driver {
  readonly #driver: Driver;
  readonly #onRelease: (() => void) | undefined;

  constructor(driver: Driver, onRelease: (() => void) | undefined) {
    this.#driver = driver;
    this.#onRelease = onRelease;
  }

  init(): Promise<void> {
    return guard(this.#driver.init());
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new GuardedConnection(await guard(this.#driver.acquireConnection()));
  }

  beginTransaction(
    connection: DatabaseConnection,
    settings: Parameters<Driver["beginTransaction"]>[1],
  ): Promise<void> {
    return guard(this.#driver.beginTransaction(inner(connection), settings));
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return guard(this.#driver.commitTransaction(inner(connection)));
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return guard(this.#driver.rollbackTransaction(inner(connection)));
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#onRelease?.();
    return this.#driver.releaseConnection(inner(connection));
  }

  destroy(): Promise<void> {
    return this.#driver.destroy();
  }
}

class GuardedConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.inner = connection;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    // An embedded engine may throw before it returns a promise.
    return guard((async () => this.inner.executeQuery<R>(query))());
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.inner.streamQuery<R>(query, chunkSize);
  }
}

function inner(connection: DatabaseConnection): DatabaseConnection {
  return connection instanceof GuardedConnection ? connection.inner : connection;
}

async function guard<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toStorageError(error);
  }
}
