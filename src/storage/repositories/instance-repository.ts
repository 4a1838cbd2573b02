import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/** What the instance knows of itself: pepper, setup token hash, how far its first start got. */
export type InstanceKey = "pepper" | "setup_token_digest" | "bootstrapped_at" | "bootstrap_pending";

/** The instance table. Its `version` row belongs to `Storage.change`. */
export class InstanceReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async get(key: InstanceKey): Promise<string | undefined> {
    const row = await this.db
      .selectFrom("instance")
      .select("value")
      .where("key", "=", key)
      .executeTakeFirst();
    return row?.value;
  }

  /** The version of the configuration. */
  async version(): Promise<number> {
    const row = await this.db
      .selectFrom("instance")
      .select("value")
      .where("key", "=", "version")
      .executeTakeFirstOrThrow();
    return Number(row.value);
  }
}

export class InstanceRepository extends InstanceReads {
  async set(key: InstanceKey, value: string): Promise<void> {
    await this.db
      .insertInto("instance")
      .values({ key, value })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
      .execute();
  }

  async remove(key: InstanceKey): Promise<void> {
    await this.db.deleteFrom("instance").where("key", "=", key).execute();
  }
}
