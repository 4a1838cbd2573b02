import type { Kysely } from "kysely";
import { toFlag } from "../columns.ts";
import type { ModelRecord } from "../records/model-record.ts";
import type { Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import { countModels, type ModelCounts } from "./model-counts.ts";
import { fromModel, toModel } from "./model-row.ts";
import { contains, type PageQuery, paged } from "./page-query.ts";

export interface ModelFilter extends PageQuery {
  readonly orgId: string;
  readonly providerId: string | undefined;
  readonly enabled: boolean | undefined;
  readonly kind?: ModelRecord["kind"] | undefined;
  readonly favorite?: boolean | undefined;
  readonly stale?: boolean | undefined;
  /** Part of the vendor's id. */
  readonly query?: string | undefined;
}

export class ModelReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** Undefined for another org's model too. */
  async find(ref: { readonly orgId: string; readonly id: string }): Promise<ModelRecord | undefined> {
    const row = await this.db
      .selectFrom("models")
      .innerJoin("providers", "providers.id", "models.provider_id")
      .selectAll("models")
      .where("providers.org_id", "=", ref.orgId)
      .where("models.id", "=", ref.id)
      .executeTakeFirst();
    return row && toModel(row);
  }

  async listByProvider(providerId: string): Promise<readonly ModelRecord[]> {
    const rows = await this.db
      .selectFrom("models")
      .selectAll()
      .where("provider_id", "=", providerId)
      .orderBy("id")
      .execute();
    return rows.map(toModel);
  }

  async page(filter: ModelFilter): Promise<readonly ModelRecord[]> {
    let select = paged(this.db.selectFrom("models").selectAll().where("org_id", "=", filter.orgId), {
      query: filter,
      columns: { id: "id", sorts: { name: "name_folded" } },
    });
    const { providerId, enabled, kind, favorite, stale, query } = filter;
    if (providerId !== undefined) select = select.where("provider_id", "=", providerId);
    if (enabled !== undefined) select = select.where("enabled", "=", toFlag(enabled));
    if (kind !== undefined) select = select.where("kind", "=", kind);
    if (favorite !== undefined) select = select.where("favorite", "=", toFlag(favorite));
    if (stale !== undefined) select = select.where("stale", "=", toFlag(stale));
    if (query !== undefined) select = select.where(contains("name_folded", query));
    return (await select.execute()).map(toModel);
  }

  /** Those of `ids` that the org has. */
  async list(of: {
    readonly orgId: string;
    readonly ids: readonly string[];
  }): Promise<readonly ModelRecord[]> {
    const records: ModelRecord[] = [];
    // Bounded so that a long list stays below the engines' limits on parameters.
    for (let start = 0; start < of.ids.length; start += 500) {
      const rows = await this.db
        .selectFrom("models")
        .selectAll()
        .where("org_id", "=", of.orgId)
        .where("id", "in", of.ids.slice(start, start + 500))
        .execute();
      records.push(...rows.map(toModel));
    }
    return records;
  }

  async allByOrg(orgId: string): Promise<readonly ModelRecord[]> {
    const rows = await this.db
      .selectFrom("models")
      .innerJoin("providers", "providers.id", "models.provider_id")
      .selectAll("models")
      .where("providers.org_id", "=", orgId)
      .orderBy("models.id")
      .execute();
    return rows.map(toModel);
  }

  /** Those of an org's models that have one of these wire ids, whoever serves them. */
  async listByWireIds(of: {
    readonly orgId: string;
    readonly wireIds: readonly string[];
  }): Promise<readonly ModelRecord[]> {
    const rows = await this.db
      .selectFrom("models")
      .selectAll()
      .where("org_id", "=", of.orgId)
      .where("wire_id", "in", of.wireIds)
      .orderBy("id")
      .execute();
    return rows.map(toModel);
  }

  async enabledByOrg(orgId: string): Promise<readonly ModelRecord[]> {
    const rows = await this.db
      .selectFrom("models")
      .innerJoin("providers", "providers.id", "models.provider_id")
      .selectAll("models")
      .where("providers.org_id", "=", orgId)
      .where("models.enabled", "=", 1)
      .orderBy("models.id")
      .execute();
    return rows.map(toModel);
  }

  async allEnabled(): Promise<readonly ModelRecord[]> {
    const rows = await this.db
      .selectFrom("models")
      .selectAll()
      .where("enabled", "=", 1)
      .orderBy("id")
      .execute();
    return rows.map(toModel);
  }

  async enabledByProviders(providerIds: readonly string[]): Promise<readonly ModelRecord[]> {
    const records: ModelRecord[] = [];
    // Bounded so that a long list stays below the engines' limits on parameters.
    for (let start = 0; start < providerIds.length; start += 500) {
      const rows = await this.db
        .selectFrom("models")
        .selectAll()
        .where("provider_id", "in", providerIds.slice(start, start + 500))
        .where("enabled", "=", 1)
        .orderBy("id")
        .execute();
      records.push(...rows.map(toModel));
    }
    return records;
  }

  async countByProviders(providerIds: readonly string[]): Promise<ReadonlyMap<string, ModelCounts>> {
    return countModels(this.db, providerIds);
  }
}

export class ModelRepository extends ModelReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  /** Inserts the model, or replaces all but its id and age where the provider has one with this wire id. */
  async put(orgId: string, model: ModelRecord): Promise<void> {
    this.#touch(orgId, { kind: "provider", id: model.providerId });
    const row = fromModel(orgId, model);
    const { id: _id, created_at: _created, ...changed } = row;
    await this.db
      .insertInto("models")
      .values(row)
      .onConflict((conflict) => conflict.columns(["provider_id", "wire_id"]).doUpdateSet(changed))
      .execute();
  }

  async remove(orgId: string, id: string): Promise<void> {
    const removed = await this.db
      .deleteFrom("models")
      .where("id", "=", id)
      .returning("provider_id")
      .executeTakeFirst();
    this.#touch(orgId, removed && { kind: "provider", id: removed.provider_id });
  }

  /** Discovery saw these just now; nothing that is served from changes. */
  async markSeen(ids: readonly string[], at: number): Promise<void> {
    // Bounded so that a long list stays below the engines' limits on parameters.
    for (let start = 0; start < ids.length; start += 500) {
      await this.db
        .updateTable("models")
        .set({ last_seen_at: at, stale: 0 })
        .where("id", "in", ids.slice(start, start + 500))
        .execute();
    }
  }
}
