import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** One attempt to be counted. Times are milliseconds since the epoch. */
export interface ThrottleAttempt {
  readonly key: string;
  readonly at: number;
  readonly windowMs: number;
}

/** Counters of attempts that all replicas share. Not configuration: used outside `Storage.change`, one statement a call. */
export class ThrottleRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Counts an attempt; how many there were in the window, this one included, and when the window began. */
  async count({
    key,
    at,
    windowMs,
  }: ThrottleAttempt): Promise<{ readonly count: number; readonly startedAt: number }> {
    const over = at - windowMs;
    const row = await this.#db
      .insertInto("throttles")
      .values({ key, count: 1, started_at: at })
      .onConflict((conflict) =>
        conflict.column("key").doUpdateSet((update) => ({
          count: update
            .case()
            .when("throttles.started_at", "<=", over)
            .then(1)
            .else(update("throttles.count", "+", 1))
            .end(),
          started_at: update
            .case()
            .when("throttles.started_at", "<=", over)
            .then(at)
            .else(update.ref("throttles.started_at"))
            .end(),
        })),
      )
      .returning(["count", "started_at as startedAt"])
      .executeTakeFirstOrThrow();
    return { count: Number(row.count), startedAt: Number(row.startedAt) };
  }

  async clear(key: string): Promise<void> {
    await this.#db.deleteFrom("throttles").where("key", "=", key).execute();
  }
}
