import type { Kysely } from "kysely";
import { fromJson, toFlag, toNull, toOptional } from "../columns.ts";
import type { KeyRecord } from "../records/key-record.ts";
import { toOrigin } from "../records/origin.ts";
import type { NewRow, Row, Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import type { PageQuery } from "./page-query.ts";

export interface KeyFilter extends PageQuery {
  readonly orgId: string;
  readonly revoked: boolean;
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

  async findByDigest(digest: string): Promise<KeyRecord | undefined> {
    const row = await this.db.selectFrom("keys").selectAll().where("digest", "=", digest).executeTakeFirst();
    return row && toKey(row);
  }

  async page(filter: KeyFilter): Promise<readonly KeyRecord[]> {
    let select = this.db
      .selectFrom("keys")
      .selectAll()
      .where("org_id", "=", filter.orgId)
      .orderBy("id")
      .limit(filter.limit);
    if (filter.after !== undefined) select = select.where("id", ">", filter.after);
    if (!filter.revoked) select = select.where("revoked_at", "is", null);
    return (await select.execute()).map(toKey);
  }

  async listLiveByOrg(orgId: string): Promise<readonly KeyRecord[]> {
    return (await this.live().where("org_id", "=", orgId).execute()).map(toKey);
  }

  /** Of every org, the expired ones included. */
  async allLive(): Promise<readonly KeyRecord[]> {
    return (await this.live().execute()).map(toKey);
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
    this.#touch(key.orgId);
    await this.db.insertInto("keys").values(fromKey(key)).execute();
  }

  /** Replaces all of the key but its id and age. */
  async replace(key: KeyRecord): Promise<void> {
    this.#touch(key.orgId);
    const { id: _id, created_at: _created, ...changed } = fromKey(key);
    await this.db
      .updateTable("keys")
      .set(changed)
      .where("org_id", "=", key.orgId)
      .where("id", "=", key.id)
      .execute();
  }
}

function toKey(row: Row<"keys">): KeyRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    digest: row.digest,
    preview: row.preview,
    carrier: row.carrier === "url" ? "url" : "header",
    scopes: fromJson(row.scopes),
    allowedModels: row.allowed_models === null ? undefined : fromJson(row.allowed_models),
    strict: row.strict === 1,
    origin: toOrigin(row.origin),
    expiresAt: toOptional(row.expires_at),
    revokedAt: toOptional(row.revoked_at),
    lastUsedAt: toOptional(row.last_used_at),
    createdAt: row.created_at,
  };
}

function fromKey(key: KeyRecord): NewRow<"keys"> {
  return {
    id: key.id,
    org_id: key.orgId,
    name: key.name,
    digest: key.digest,
    preview: key.preview,
    carrier: key.carrier,
    scopes: JSON.stringify(key.scopes),
    allowed_models: key.allowedModels === undefined ? null : JSON.stringify(key.allowedModels),
    strict: toFlag(key.strict),
    origin: key.origin,
    expires_at: toNull(key.expiresAt),
    revoked_at: toNull(key.revokedAt),
    last_used_at: toNull(key.lastUsedAt),
    created_at: key.createdAt,
  };
}
