import { Database } from "bun:sqlite";

/** A lock that the kernel gives back when its holder dies, however it dies. */
export interface FileLock {
  release(): void;
}

/**
 * Takes the lock of a file: no other process, nor another holder in this one, has it until it is released. SQLite's own
 * lock of a database, which works between containers on one volume and leaves nothing behind. Undefined: somebody has it, or
 * the file is not there and was not to be made.
 */
export function takeFileLock(path: string, { create }: { readonly create: boolean }): FileLock | undefined {
  let database: Database | undefined;
  try {
    database = create ? new Database(path, { create: true }) : new Database(path, { readwrite: true });
    database.run("pragma busy_timeout = 0");
    database.run("begin exclusive");
  } catch {
    database?.close();
    return undefined;
  }
  const held = database;
  return { release: () => held.close() };
}
