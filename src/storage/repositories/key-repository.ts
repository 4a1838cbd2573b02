import { type Kysely, sql } from "kysely";
import type { KeyRecord } from "../records/key-record.ts";
import type { Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import { fromKey, toKey } from "./key-row.ts";
import { contains, type PageQuery, paged } from "./page-query.ts";

export interface KeyFilter extends PageQuery {
  readonly orgId: string;
  /** Undefined: all of them. */
  readonly state: KeyState | undefined;
  /** Part of the name. */
  readonly query?: string | undefined;
  /** Milliseconds since the epoch: what counts as expired. */
  readonly now: number;
}

/** `live`: not revoked, whether expired or not. */
export type KeyState = "active" | "expired" | "live" | "revoked";

/** When a key was used. */
export interface KeyUse {
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export class KeyReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** Undefined for another org's key too. */
  async find(ref: { readonly orgId: string; readonly id: string }): Promise<KeyRecord | undefined> {
    const row = await this.db
      .selectFrom("keys")
      .selectAll()
      .where("org_id", "=", ref.orgId)
      .where("id", "=", ref.id)
      .executeTakeFirst();
    return row && toKey(row);
  }

  async findLiveByName(ref: {
    readonly orgId: string;
    readonly name: string;
  }): Promise<KeyRecord | undefined> {
    const row = await this.db
      .selectFrom("keys")
      .selectAll()
      .where("org_id", "=", ref.orgId)
      .where("name", "=", ref.name)
      .where("revoked_at", "is", null)
      .executeTakeFirst();
    return row && toKey(row);
  }

  /** How many of the org's keys are not revoked. */
  async countLive(orgId: string): Promise<number> {
    const row = await this.db
      .selectFrom("keys")
      .select((all) => all.fn.countAll<number>().as("keys"))
      .where("org_id", "=", orgId)
      .where("revoked_at", "is", null)
      .executeTakeFirstOrThrow();
    return Number(row.keys);
  }

  /** The key that has this value now, or had it before its last rotation. */
  async findByDigest(digest: string): Promise<KeyRecord | undefined> {
    const row = await this.db
      .selectFrom("keys")
      .selectAll()
      .where((where) => where.or([where("digest", "=", digest), where("previous_digest", "=", digest)]))
      .executeTakeFirst();
    return row && toKey(row);
  }

  async page(filter: KeyFilter): Promise<readonly KeyRecord[]> {
    let select = paged(this.db.selectFrom("keys").selectAll().where("org_id", "=", filter.orgId), {
      query: filter,
      columns: { id: "id", sorts: { name: "name_folded" } },
    });
    const { state, now, query } = filter;
    if (query !== undefined) select = select.where(contains("name_folded", query));
    if (state === "revoked") select = select.where("revoked_at", "is not", null);
    else if (state !== undefined) select = select.where("revoked_at", "is", null);
    if (state === "expired") select = select.where("expires_at", "<=", now);
    if (state === "active") {
      select = select.where((where) =>
        where.or([where("expires_at", "is", null), where("expires_at", ">", now)]),
      );
    }
    return (await select.execute()).map(toKey);
  }

  async listLiveByOrg(orgId: string): Promise<readonly KeyRecord[]> {
    return (await this.live().where("org_id", "=", orgId).execute()).map(toKey);
  }

  /** Of every org, the expired ones included. */
  async allLive(): Promise<readonly KeyRecord[]> {
    return (await this.live().execute()).map(toKey);
  }

  /** Those of `ids` that are live. */
  async listLive(ids: readonly string[]): Promise<readonly KeyRecord[]> {
    const records: KeyRecord[] = [];
    // Bounded so that a long list stays below the engines' limits on parameters.
    for (let start = 0; start < ids.length; start += 500) {
      const rows = await this.live()
        .where("id", "in", ids.slice(start, start + 500))
        .execute();
      records.push(...rows.map(toKey));
    }
    return records;
  }

  private live() {
    return this.db.selectFrom("keys").selectAll().where("revoked_at", "is", null).orderBy("id");
  }
}

export class KeyRepository extends KeyReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  async insert(key: KeyRecord): Promise<void> {
    this.#touch(key.orgId, { kind: "key", id: key.id });
    await this.db.insertInto("keys").values(fromKey(key)).execute();
  }

  /** Replaces all of the key but its id and age. */
  async replace(key: KeyRecord): Promise<void> {
    this.#touch(key.orgId, { kind: "key", id: key.id });
    const { id: _id, created_at: _created, ...changed } = fromKey(key);
    await this.db
      .updateTable("keys")
      .set(changed)
      .where("org_id", "=", key.orgId)
      .where("id", "=", key.id)
      .execute();
  }

  /** Notes when keys were used, never going back. Nothing that is served from changes. */
  async recordUse(uses: readonly KeyUse[]): Promise<void> {
    if (uses.length === 0) return;
    const rows = sql.join(uses.map(({ keyId, at }) => sql`(${keyId}, cast(${at} as bigint))`));
    await sql`
      update keys set last_used_at = used.column2 from (values ${rows}) as used
      where keys.id = used.column1 and (keys.last_used_at is null or keys.last_used_at < used.column2)
    `.execute(this.db);
  }
}
