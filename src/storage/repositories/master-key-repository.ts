import type { Kysely } from "kysely";
import type { Row, Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";

/** A key that wraps the data keys of sealed values, itself wrapped by a key-encryption key. */
export interface MasterKeyRecord {
  readonly id: string;
  /** Id of the key-encryption key. */
  readonly wrapper: string;
  readonly wrapped: string;
  /** Milliseconds since the epoch; the newest one seals. */
  readonly createdAt: number;
}

export class MasterKeyReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** The newest first. */
  async all(): Promise<readonly MasterKeyRecord[]> {
    const rows = await this.db
      .selectFrom("master_keys")
      .selectAll()
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .execute();
    return rows.map(toMasterKey);
  }
}

export class MasterKeyRepository extends MasterKeyReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  /** Bumps the version, so that every replica learns of the key before anything is sealed with it there. */
  async insert(key: MasterKeyRecord): Promise<void> {
    this.#touch("");
    const { id, wrapper, wrapped, createdAt } = key;
    await this.db.insertInto("master_keys").values({ id, wrapper, wrapped, created_at: createdAt }).execute();
  }

  /** The same key wrapped by another one, unless somebody was faster; whether it was done. */
  async rewrap(key: MasterKeyRecord, next: Pick<MasterKeyRecord, "wrapper" | "wrapped">): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable("master_keys")
      .set({ wrapper: next.wrapper, wrapped: next.wrapped })
      .where("id", "=", key.id)
      .where("wrapped", "=", key.wrapped)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}

function toMasterKey(row: Row<"master_keys">): MasterKeyRecord {
  return { id: row.id, wrapper: row.wrapper, wrapped: row.wrapped, createdAt: row.created_at };
}
