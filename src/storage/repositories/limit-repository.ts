import type { Kysely } from "kysely";
import type { LimitSubject } from "../../plane/limit-config.ts";
import type { LimitRecord } from "../records/limit-record.ts";
import type { Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import { fromLimit, fromSubject, toLimit } from "./limit-row.ts";
import { type PageQuery, paged } from "./page-query.ts";

export interface LimitFilter extends PageQuery {
  readonly orgId: string;
  readonly kind?: LimitSubject["kind"] | undefined;
}

export class LimitReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** Undefined for another org's limit too. */
  async find(ref: { readonly orgId: string; readonly id: string }): Promise<LimitRecord | undefined> {
    const row = await this.#all().where("org_id", "=", ref.orgId).where("id", "=", ref.id).executeTakeFirst();
    return row && toLimit(row);
  }

  async findBySubject(orgId: string, subject: LimitSubject): Promise<LimitRecord | undefined> {
    const named = fromSubject(subject);
    const row = await this.#all()
      .where("org_id", "=", orgId)
      .where("subject_kind", "=", named.subject_kind)
      .where("subject_id", "=", named.subject_id)
      .where("subject_role", "=", named.subject_role)
      .executeTakeFirst();
    return row && toLimit(row);
  }

  async listByOrg(orgId: string): Promise<readonly LimitRecord[]> {
    return (await this.#all().where("org_id", "=", orgId).orderBy("id").execute()).map(toLimit);
  }

  /** Of every org. */
  async all(): Promise<readonly LimitRecord[]> {
    return (await this.#all().orderBy("id").execute()).map(toLimit);
  }

  /** Those of `ids` that are there. */
  async list(ids: readonly string[]): Promise<readonly LimitRecord[]> {
    const records: LimitRecord[] = [];
    // Bounded so that a long list stays below the engines' limits on parameters.
    for (let start = 0; start < ids.length; start += 500) {
      const some = this.#all().where("id", "in", ids.slice(start, start + 500));
      records.push(...(await some.orderBy("id").execute()).map(toLimit));
    }
    return records;
  }

  async page(filter: LimitFilter): Promise<readonly LimitRecord[]> {
    let select = paged(this.#all().where("org_id", "=", filter.orgId), {
      query: filter,
      columns: { id: "id", sorts: {} },
    });
    if (filter.kind !== undefined) select = select.where("subject_kind", "=", filter.kind);
    return (await select.execute()).map(toLimit);
  }

  #all() {
    return this.db.selectFrom("limits").selectAll();
  }
}

export class LimitRepository extends LimitReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  async insert(limit: LimitRecord): Promise<void> {
    this.#touch(limit.orgId, { kind: "limit", id: limit.id });
    await this.db.insertInto("limits").values(fromLimit(limit)).execute();
  }

  /** Replaces all of the limit but its id and age. */
  async replace(limit: LimitRecord): Promise<void> {
    this.#touch(limit.orgId, { kind: "limit", id: limit.id });
    const { id: _id, created_at: _created, ...changed } = fromLimit(limit);
    await this.db
      .updateTable("limits")
      .set(changed)
      .where("org_id", "=", limit.orgId)
      .where("id", "=", limit.id)
      .execute();
  }

  async remove(ref: { readonly orgId: string; readonly id: string }): Promise<void> {
    this.#touch(ref.orgId, { kind: "limit", id: ref.id });
    await this.db.deleteFrom("limits").where("org_id", "=", ref.orgId).where("id", "=", ref.id).execute();
  }

  /** For what is gone: a limit of nobody limits nothing. */
  async removeBySubject(orgId: string, subject: LimitSubject): Promise<void> {
    const limit = await this.findBySubject(orgId, subject);
    if (limit !== undefined) await this.remove({ orgId, id: limit.id });
  }
}
