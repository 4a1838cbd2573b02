import type { Kysely, SelectQueryBuilder } from "kysely";
import type { RouteStrategy } from "../../plane/route-config.ts";
import { foldName } from "../columns.ts";
import type { RouteRecord } from "../records/route-record.ts";
import type { Row, Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import { contains, type PageQuery, paged } from "./page-query.ts";
import { fromRoute, fromTargets, toRoute } from "./route-row.ts";

export interface RouteFilter extends PageQuery {
  readonly orgId: string;
  readonly strategy?: RouteStrategy | undefined;
  /** Only those that have this model among their targets. */
  readonly modelId?: string | undefined;
  /** Part of the name. */
  readonly query?: string | undefined;
}

type SelectRoutes = SelectQueryBuilder<Schema, "routes", Row<"routes">>;

export class RouteReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** Undefined for another org's route too. */
  async find(ref: { readonly orgId: string; readonly id: string }): Promise<RouteRecord | undefined> {
    const [route] = await this.#read(this.#all().where("org_id", "=", ref.orgId).where("id", "=", ref.id));
    return route;
  }

  async findByName(ref: { readonly orgId: string; readonly name: string }): Promise<RouteRecord | undefined> {
    const named = this.#all().where("org_id", "=", ref.orgId).where("name_folded", "=", foldName(ref.name));
    const [route] = await this.#read(named);
    return route;
  }

  async listByOrg(orgId: string): Promise<readonly RouteRecord[]> {
    return this.#read(this.#all().where("org_id", "=", orgId).orderBy("id"));
  }

  /** Of every org. */
  async all(): Promise<readonly RouteRecord[]> {
    return this.#read(this.#all().orderBy("id"));
  }

  /** Those of `ids` that are there. */
  async list(ids: readonly string[]): Promise<readonly RouteRecord[]> {
    const records: RouteRecord[] = [];
    // Bounded so that a long list stays below the engines' limits on parameters.
    for (let start = 0; start < ids.length; start += 500) {
      const some = this.#all().where("id", "in", ids.slice(start, start + 500));
      records.push(...(await this.#read(some.orderBy("id"))));
    }
    return records;
  }

  async page(filter: RouteFilter): Promise<readonly RouteRecord[]> {
    let select = paged(this.#all().where("org_id", "=", filter.orgId), {
      query: filter,
      columns: { id: "id", sorts: { name: "name_folded" } },
    });
    const { strategy, modelId, query } = filter;
    if (strategy !== undefined) select = select.where("strategy", "=", strategy);
    if (query !== undefined) select = select.where(contains("name_folded", query));
    if (modelId !== undefined) {
      const using = this.db.selectFrom("route_targets").select("route_id").where("model_id", "=", modelId);
      select = select.where("id", "in", using);
    }
    return this.#read(select);
  }

  #all(): SelectRoutes {
    return this.db.selectFrom("routes").selectAll();
  }

  async #read(select: SelectRoutes): Promise<readonly RouteRecord[]> {
    const rows = await select.execute();
    const targets: Row<"route_targets">[] = [];
    for (let start = 0; start < rows.length; start += 500) {
      const ids = rows.slice(start, start + 500).map(({ id }) => id);
      const some = this.db.selectFrom("route_targets").selectAll().where("route_id", "in", ids);
      targets.push(...(await some.orderBy("route_id").orderBy("position").execute()));
    }
    const byRoute = Map.groupBy(targets, (target) => target.route_id);
    return rows.map((row) => toRoute(row, byRoute.get(row.id) ?? []));
  }
}

export class RouteRepository extends RouteReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  async insert(route: RouteRecord): Promise<void> {
    this.#touch(route.orgId, { kind: "route", id: route.id });
    await this.db.insertInto("routes").values(fromRoute(route)).execute();
    await this.#putTargets(route);
  }

  /** Replaces all of the route but its id and age. */
  async replace(route: RouteRecord): Promise<void> {
    this.#touch(route.orgId, { kind: "route", id: route.id });
    const { id: _id, created_at: _created, ...changed } = fromRoute(route);
    await this.db
      .updateTable("routes")
      .set(changed)
      .where("org_id", "=", route.orgId)
      .where("id", "=", route.id)
      .execute();
    await this.db.deleteFrom("route_targets").where("route_id", "=", route.id).execute();
    await this.#putTargets(route);
  }

  /** Takes its targets with it. */
  async remove(ref: { readonly orgId: string; readonly id: string }): Promise<void> {
    this.#touch(ref.orgId, { kind: "route", id: ref.id });
    await this.db.deleteFrom("routes").where("org_id", "=", ref.orgId).where("id", "=", ref.id).execute();
  }

  async #putTargets(route: RouteRecord): Promise<void> {
    const rows = fromTargets(route);
    if (rows.length > 0) await this.db.insertInto("route_targets").values(rows).execute();
  }
}
