import type { Kysely } from "kysely";
import { defined, foldName, toFlag, toNull } from "../columns.ts";
import type { ProviderHealth, ProviderRecord, ProviderSchedule } from "../records/provider-record.ts";
import type { Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import { claimDue, type DueKind, findDue } from "./claim-due.ts";
import { contains, type PageQuery, paged } from "./page-query.ts";
import { fromHealth, fromSchedule, toProvider } from "./provider-row.ts";

export interface ProviderFilter extends PageQuery {
  readonly orgId: string;
  readonly driver?: string | undefined;
  readonly status?: ProviderHealth["status"] | undefined;
  readonly enabled?: boolean | undefined;
  /** Part of the name. */
  readonly query?: string | undefined;
}

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

  async page(filter: ProviderFilter): Promise<readonly ProviderRecord[]> {
    let select = paged(this.db.selectFrom("providers").selectAll().where("org_id", "=", filter.orgId), {
      query: filter,
      columns: { id: "id", sorts: { name: "name_folded", priority: "priority" } },
    });
    const { driver, status, enabled, query } = filter;
    if (driver !== undefined) select = select.where("driver", "=", driver);
    if (status !== undefined) select = select.where("status", "=", status);
    if (enabled !== undefined) select = select.where("enabled", "=", toFlag(enabled));
    if (query !== undefined) select = select.where(contains("name_folded", query));
    return (await select.execute()).map(toProvider);
  }

  /** Those of `ids` that are there. */
  async list(ids: readonly string[]): Promise<readonly ProviderRecord[]> {
    const records: ProviderRecord[] = [];
    // Bounded so that a long list stays below the engines' limits on parameters.
    for (let start = 0; start < ids.length; start += 500) {
      const rows = await this.db
        .selectFrom("providers")
        .selectAll()
        .where("id", "in", ids.slice(start, start + 500))
        .orderBy("id")
        .execute();
      records.push(...rows.map(toProvider));
    }
    return records;
  }

  /** Whether any enabled provider waits for this job. */
  async anyDue(kind: DueKind, now: number): Promise<boolean> {
    return (await findDue(this.db, { kind, now, limit: 1 })).length > 0;
  }

  async all(): Promise<readonly ProviderRecord[]> {
    return (await this.db.selectFrom("providers").selectAll().orderBy("id").execute()).map(toProvider);
  }
}

/** What a change of a provider may set; a field left out is kept. */
export type ProviderChange = Partial<
  Pick<
    ProviderRecord,
    "name" | "baseUrl" | "options" | "enabled" | "priority" | "timeouts" | "health" | "origin"
  >
> & {
  readonly schedule?: Partial<ProviderSchedule>;
  /** Null: none any more. */
  readonly quotaGroup?: string | null;
};

export class ProviderRepository extends ProviderReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  async insert(provider: ProviderRecord): Promise<void> {
    this.#touch(provider.orgId, { kind: "provider", id: provider.id });
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
        next_probe_at: toNull(provider.schedule.nextProbeAt),
        next_discovery_at: toNull(provider.schedule.nextDiscoveryAt),
        discovered_at: toNull(provider.schedule.discoveredAt),
        models_reviewed_at: toNull(provider.schedule.reviewedAt),
        timeouts: JSON.stringify(provider.timeouts),
        quota_group: toNull(provider.quotaGroup),
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
    this.#touch(ref.orgId, { kind: "provider", id: ref.id });
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
          timeouts: change.timeouts === undefined ? undefined : JSON.stringify(change.timeouts),
          quota_group: change.quotaGroup,
          origin: change.origin,
        }),
        ...(change.health === undefined ? {} : fromHealth(change.health)),
        ...(change.schedule === undefined ? {} : fromSchedule(change.schedule)),
        updated_at: change.at,
      })
      .where("org_id", "=", ref.orgId)
      .where("id", "=", ref.id)
      .execute();
  }

  /** The outcome of a probe. Bumps the version only if the status changed, since nothing else of it is served from. */
  async recordHealth(
    provider: ProviderRecord,
    outcome: { readonly health: ProviderHealth; readonly nextProbeAt: number | undefined },
  ): Promise<void> {
    if (provider.health.status !== outcome.health.status) {
      this.#touch(provider.orgId, { kind: "provider", id: provider.id });
    }
    await this.db
      .updateTable("providers")
      .set({ ...fromHealth(outcome.health), next_probe_at: toNull(outcome.nextProbeAt) })
      .where("id", "=", provider.id)
      .execute();
  }

  /** The outcome of a discovery; nothing that is served from changes. */
  async recordDiscovery(
    provider: ProviderRecord,
    outcome: Partial<ProviderSchedule> & {
      /** Null: none any more. */
      readonly error?: { readonly message: string; readonly at: number } | null;
    },
  ): Promise<void> {
    const { error, ...schedule } = outcome;
    const columns = {
      ...fromSchedule(schedule),
      ...(error !== undefined && {
        last_error: error?.message ?? null,
        last_error_at: error?.at ?? null,
      }),
    };
    if (Object.keys(columns).length === 0) return;
    await this.db.updateTable("providers").set(columns).where("id", "=", provider.id).execute();
  }

  /** Takes up to `limit` providers that are due and puts them off until `until`, so that no other replica takes them. */
  async claim(claim: {
    readonly kind: DueKind;
    readonly now: number;
    readonly until: number;
    readonly limit: number;
  }): Promise<readonly ProviderRecord[]> {
    return claimDue(this.db, claim);
  }

  /** Takes its credential and models with it. */
  async remove(ref: { readonly orgId: string; readonly id: string }): Promise<void> {
    this.#touch(ref.orgId, { kind: "provider", id: ref.id });
    await this.db.deleteFrom("providers").where("org_id", "=", ref.orgId).where("id", "=", ref.id).execute();
  }
}
