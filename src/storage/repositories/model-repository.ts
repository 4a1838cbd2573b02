import type { Kysely } from "kysely";
import { toFlag } from "../columns.ts";
import type { ModelRecord } from "../records/model-record.ts";
import type { Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import { countModels, type ModelCounts } from "./model-counts.ts";
import { fromModel, toModel } from "./model-row.ts";
import type { PageQuery } from "./page-query.ts";

export interface ModelFilter extends PageQuery {
  readonly orgId: string;
  readonly providerId: string | undefined;
  readonly enabled: boolean | undefined;
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
    let select = this.db
      .selectFrom("models")
      .innerJoin("providers", "providers.id", "models.provider_id")
      .selectAll("models")
      .where("providers.org_id", "=", filter.orgId)
      .orderBy("models.id")
      .limit(filter.limit);
    if (filter.after !== undefined) select = select.where("models.id", ">", filter.after);
    if (filter.providerId !== undefined) select = select.where("models.provider_id", "=", filter.providerId);
    if (filter.enabled !== undefined) select = select.where("models.enabled", "=", toFlag(filter.enabled));
    return (await select.execute()).map(toModel);
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
    this.#touch(orgId);
    const row = fromModel(model);
    const { id: _id, created_at: _created, ...changed } = row;
    await this.db
      .insertInto("models")
      .values(row)
      .onConflict((conflict) => conflict.columns(["provider_id", "wire_id"]).doUpdateSet(changed))
      .execute();
  }

  async remove(orgId: string, id: string): Promise<void> {
    this.#touch(orgId);
    await this.db.deleteFrom("models").where("id", "=", id).execute();
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
