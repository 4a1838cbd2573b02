import type { Kysely } from "kysely";
import { defined, foldName, toFlag, toNull } from "../columns.ts";
import type { ProviderHealth, ProviderRecord } from "../records/provider-record.ts";
import type { Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import type { PageQuery } from "./page-query.ts";
import { fromHealth, toProvider } from "./provider-row.ts";

export class ProviderReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** Undefined for another org's provider too: a foreign id does not exist. */
  async find(ref: { readonly orgId: string; readonly id: string }): Promise<ProviderRecord | undefined> {
    const row = await this.db
      .selectFrom("providers")
      .selectAll()
      .where("org_id", "=", ref.orgId)
      .where("id", "=", ref.id)
      .executeTakeFirst();
    return row && toProvider(row);
  }

  async findByName(ref: {
    readonly orgId: string;
    readonly name: string;
  }): Promise<ProviderRecord | undefined> {
    const row = await this.db
      .selectFrom("providers")
      .selectAll()
      .where("org_id", "=", ref.orgId)
      .where("name_folded", "=", foldName(ref.name))
      .executeTakeFirst();
    return row && toProvider(row);
  }

  async listByOrg(orgId: string): Promise<readonly ProviderRecord[]> {
    const rows = await this.db
      .selectFrom("providers")
      .selectAll()
      .where("org_id", "=", orgId)
      .orderBy("id")
      .execute();
    return rows.map(toProvider);
  }

  async page(orgId: string, query: PageQuery): Promise<readonly ProviderRecord[]> {
    let select = this.db
      .selectFrom("providers")
      .selectAll()
      .where("org_id", "=", orgId)
      .orderBy("id")
      .limit(query.limit);
    if (query.after !== undefined) select = select.where("id", ">", query.after);
    return (await select.execute()).map(toProvider);
  }

  async all(): Promise<readonly ProviderRecord[]> {
    return (await this.db.selectFrom("providers").selectAll().orderBy("id").execute()).map(toProvider);
  }
}

/** What a change of a provider may set; a field left out is kept. */
export type ProviderChange = Partial<
  Pick<ProviderRecord, "name" | "baseUrl" | "options" | "enabled" | "priority" | "health" | "origin">
>;

export class ProviderRepository extends ProviderReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  async insert(provider: ProviderRecord): Promise<void> {
    this.#touch(provider.orgId);
    await this.db
      .insertInto("providers")
      .values({
        id: provider.id,
        org_id: provider.orgId,
        name: provider.name,
        name_folded: foldName(provider.name),
        driver: provider.driver,
        base_url: provider.baseUrl,
        options: JSON.stringify(provider.options),
        enabled: toFlag(provider.enabled),
        priority: provider.priority,
        ...fromHealth(provider.health),
        origin: provider.origin,
        created_at: provider.createdAt,
        updated_at: provider.updatedAt,
      })
      .execute();
  }

  async update(
    ref: { readonly orgId: string; readonly id: string },
    change: ProviderChange & { readonly at: number },
  ): Promise<void> {
    this.#touch(ref.orgId);
    await this.db
      .updateTable("providers")
      .set({
        ...defined({
          name: change.name,
          name_folded: change.name === undefined ? undefined : foldName(change.name),
          base_url: change.baseUrl,
          options: change.options === undefined ? undefined : JSON.stringify(change.options),
          enabled: change.enabled === undefined ? undefined : toFlag(change.enabled),
          priority: change.priority,
          origin: change.origin,
        }),
        ...(change.health === undefined ? {} : fromHealth(change.health)),
        updated_at: change.at,
      })
      .where("org_id", "=", ref.orgId)
      .where("id", "=", ref.id)
      .execute();
  }

  /** The outcome of a probe. Bumps the version only if the status changed, since nothing else of it is served from. */
  async recordHealth(provider: ProviderRecord, health: ProviderHealth): Promise<void> {
    if (provider.health.status !== health.status) this.#touch(provider.orgId);
    await this.db.updateTable("providers").set(fromHealth(health)).where("id", "=", provider.id).execute();
  }

  async recordError(provider: ProviderRecord, lastError: string | undefined): Promise<void> {
    await this.db
      .updateTable("providers")
      .set({ last_error: toNull(lastError) })
      .where("id", "=", provider.id)
      .execute();
  }

  /** Takes its credential and models with it. */
  async remove(ref: { readonly orgId: string; readonly id: string }): Promise<void> {
    this.#touch(ref.orgId);
    await this.db.deleteFrom("providers").where("org_id", "=", ref.orgId).where("id", "=", ref.id).execute();
  }
}
