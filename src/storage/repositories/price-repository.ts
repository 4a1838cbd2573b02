import type { Kysely, SelectQueryBuilder } from "kysely";
import type { PriceTier } from "../../plane/snapshot.ts";
import { fromJson, toNull, toOptional } from "../columns.ts";
import { toOrigin } from "../records/origin.ts";
import type { PriceRecord, PriceVersion } from "../records/price-record.ts";
import type { Row, Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import { type PageQuery, paged } from "./page-query.ts";

export interface PriceFilter extends PageQuery {
  readonly orgId: string;
  readonly providerId?: string | undefined;
}

type SelectPrices = SelectQueryBuilder<Schema, "prices", Row<"prices">>;

export class PriceReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** One that was removed, too; undefined for another org's. */
  async find(ref: { readonly orgId: string; readonly id: string }): Promise<PriceRecord | undefined> {
    const [price] = await this.#read(this.#all().where("org_id", "=", ref.orgId).where("id", "=", ref.id));
    return price;
  }

  /** The live one of exactly this provider and model. */
  async findFor(ref: Pick<PriceRecord, "orgId" | "providerId" | "model">): Promise<PriceRecord | undefined> {
    const select = this.#live()
      .where("org_id", "=", ref.orgId)
      .where("provider_id", "=", ref.providerId ?? "")
      .where("model", "=", ref.model);
    const [price] = await this.#read(select);
    return price;
  }

  /** Live ones of every org. */
  async allLive(): Promise<readonly PriceRecord[]> {
    return this.#read(this.#live().orderBy("id"));
  }

  async listLiveByOrg(orgId: string): Promise<readonly PriceRecord[]> {
    return this.#read(this.#live().where("org_id", "=", orgId).orderBy("id"));
  }

  async page(filter: PriceFilter): Promise<readonly PriceRecord[]> {
    let select = paged(this.#live().where("org_id", "=", filter.orgId), {
      query: filter,
      columns: { id: "id", sorts: { model: "model" } },
    });
    if (filter.providerId !== undefined) select = select.where("provider_id", "=", filter.providerId);
    return this.#read(select);
  }

  #all(): SelectPrices {
    return this.db.selectFrom("prices").selectAll();
  }

  #live(): SelectPrices {
    return this.#all().where("removed_at", "is", null);
  }

  async #read(select: SelectPrices): Promise<readonly PriceRecord[]> {
    const rows = await select.execute();
    const versions: Row<"price_versions">[] = [];
    for (let start = 0; start < rows.length; start += 500) {
      const ids = rows.slice(start, start + 500).map(({ id }) => id);
      const some = this.db.selectFrom("price_versions").selectAll().where("price_id", "in", ids);
      versions.push(...(await some.orderBy("price_id").orderBy("version").execute()));
    }
    const byPrice = Map.groupBy(versions, (version) => version.price_id);
    return rows.map((row) => toPrice(row, byPrice.get(row.id) ?? []));
  }
}

export class PriceRepository extends PriceReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  async insert(price: PriceRecord): Promise<void> {
    // A price may be that of any of the org's models.
    this.#touch(price.orgId);
    await this.db
      .insertInto("prices")
      .values({
        id: price.id,
        org_id: price.orgId,
        provider_id: price.providerId ?? "",
        model: price.model,
        origin: price.origin,
        created_at: price.createdAt,
        updated_at: price.updatedAt,
        removed_at: toNull(price.removedAt),
      })
      .execute();
    for (const version of price.versions) await this.#insertVersion(price.id, version);
  }

  async addVersion(price: PriceRecord, version: PriceVersion): Promise<void> {
    this.#touch(price.orgId);
    await this.#insertVersion(price.id, version);
    await this.#set(price, { updated_at: price.updatedAt });
  }

  /** Its versions stay. */
  async remove(price: PriceRecord, at: number): Promise<void> {
    this.#touch(price.orgId);
    await this.#set(price, { removed_at: at, updated_at: at });
  }

  /** Those for this provider alone go with it; their versions stay. */
  async removeOfProvider(
    ref: { readonly orgId: string; readonly providerId: string },
    at: number,
  ): Promise<void> {
    this.#touch(ref.orgId);
    await this.db
      .updateTable("prices")
      .set({ removed_at: at, updated_at: at })
      .where("org_id", "=", ref.orgId)
      .where("provider_id", "=", ref.providerId)
      .where("removed_at", "is", null)
      .execute();
  }

  async #set(
    { orgId, id }: PriceRecord,
    change: { readonly removed_at?: number; readonly updated_at: number },
  ): Promise<void> {
    await this.db
      .updateTable("prices")
      .set(change)
      .where("org_id", "=", orgId)
      .where("id", "=", id)
      .execute();
  }

  async #insertVersion(priceId: string, version: PriceVersion): Promise<void> {
    await this.db
      .insertInto("price_versions")
      .values({
        price_id: priceId,
        version: version.version,
        effective_from: version.effectiveFrom,
        tiers: JSON.stringify(version.tiers),
        created_at: version.createdAt,
        created_by: version.createdBy,
      })
      .execute();
  }
}

function toPrice(row: Row<"prices">, versions: readonly Row<"price_versions">[]): PriceRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    providerId: row.provider_id === "" ? undefined : row.provider_id,
    model: row.model,
    origin: toOrigin(row.origin),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    removedAt: toOptional(row.removed_at),
    versions: versions.map((version) => ({
      version: version.version,
      effectiveFrom: version.effective_from,
      tiers: fromJson<readonly PriceTier[]>(version.tiers),
      createdAt: version.created_at,
      createdBy: version.created_by,
    })),
  };
}
