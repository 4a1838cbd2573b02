import type { Kysely } from "kysely";
import { foldName, fromJson, toOptional } from "../columns.ts";
import type { OrgRecord, OrgSettings } from "../records/org-record.ts";
import { toOrigin } from "../records/origin.ts";
import type { Row, Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";
import { type PageQuery, paged } from "./page-query.ts";

export class OrgReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async find(id: string): Promise<OrgRecord | undefined> {
    const row = await this.db.selectFrom("orgs").selectAll().where("id", "=", id).executeTakeFirst();
    return row && toOrg(row);
  }

  async findByName(name: string): Promise<OrgRecord | undefined> {
    const row = await this.db
      .selectFrom("orgs")
      .selectAll()
      .where("name_folded", "=", foldName(name))
      .executeTakeFirst();
    return row && toOrg(row);
  }

  /** Those in which a person is a member. */
  async pageOfUser(query: PageQuery & { readonly userId: string }): Promise<readonly OrgRecord[]> {
    const own = this.db
      .selectFrom("orgs")
      .selectAll("orgs")
      .innerJoin("members", "members.org_id", "orgs.id")
      .where("members.user_id", "=", query.userId);
    const select = paged(own, { query, columns: { id: "orgs.id", sorts: { name: "orgs.name_folded" } } });
    return (await select.execute()).map(toOrg);
  }

  async count(): Promise<number> {
    const row = await this.db
      .selectFrom("orgs")
      .select((all) => all.fn.countAll<number>().as("orgs"))
      .executeTakeFirstOrThrow();
    return Number(row.orgs);
  }

  async all(): Promise<readonly OrgRecord[]> {
    return (await this.db.selectFrom("orgs").selectAll().orderBy("id").execute()).map(toOrg);
  }

  async page(query: PageQuery): Promise<readonly OrgRecord[]> {
    const columns = { id: "id", sorts: { name: "name_folded" } } as const;
    const select = paged(this.db.selectFrom("orgs").selectAll(), { query, columns });
    return (await select.execute()).map(toOrg);
  }
}

export class OrgRepository extends OrgReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  async insert(org: Omit<OrgRecord, "version">): Promise<void> {
    this.#touch(org.id);
    await this.db
      .insertInto("orgs")
      .values({
        id: org.id,
        name: org.name,
        name_folded: foldName(org.name),
        default_model: org.defaultModel ?? null,
        default_model_origin: org.defaultModelOrigin ?? null,
        settings: JSON.stringify(org.settings),
        version: 0,
        created_at: org.createdAt,
        updated_at: org.updatedAt,
      })
      .execute();
  }

  async rename(change: {
    readonly orgId: string;
    readonly name: string;
    readonly at: number;
  }): Promise<void> {
    this.#touch(change.orgId);
    await this.db
      .updateTable("orgs")
      .set({ name: change.name, name_folded: foldName(change.name), updated_at: change.at })
      .where("id", "=", change.orgId)
      .execute();
  }

  /** Takes everything of the org with it, but its audit log and its ledger. */
  async remove(orgId: string): Promise<void> {
    this.#touch(orgId);
    await this.db.deleteFrom("orgs").where("id", "=", orgId).execute();
  }

  async setSettings(change: {
    readonly orgId: string;
    readonly settings: OrgSettings;
    readonly at: number;
  }): Promise<void> {
    this.#touch(change.orgId);
    await this.db
      .updateTable("orgs")
      .set({ settings: JSON.stringify(change.settings), updated_at: change.at })
      .where("id", "=", change.orgId)
      .execute();
  }

  async setDefaultModel(change: {
    readonly orgId: string;
    readonly model: string | undefined;
    readonly origin: OrgRecord["defaultModelOrigin"];
    readonly at: number;
  }): Promise<void> {
    this.#touch(change.orgId);
    await this.db
      .updateTable("orgs")
      .set({
        default_model: change.model ?? null,
        default_model_origin: change.origin ?? null,
        updated_at: change.at,
      })
      .where("id", "=", change.orgId)
      .execute();
  }
}

function toOrg(row: Row<"orgs">): OrgRecord {
  return {
    id: row.id,
    name: row.name,
    defaultModel: toOptional(row.default_model),
    defaultModelOrigin: toDefaultOrigin(row.default_model_origin),
    settings: fromJson(row.settings),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toDefaultOrigin(value: string | null): OrgRecord["defaultModelOrigin"] {
  if (value === null) return undefined;
  return value === "elected" ? "elected" : toOrigin(value);
}
