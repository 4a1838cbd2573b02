import type { Kysely } from "kysely";
import type { MemberRecord } from "../records/member-record.ts";
import type { Schema } from "../schema.ts";
import { contains, type PageQuery, paged } from "./page-query.ts";

/** Names one member. */
export interface MemberRef {
  readonly orgId: string;
  readonly userId: string;
}

export class MemberReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async find({ orgId, userId }: MemberRef): Promise<MemberRecord | undefined> {
    return this.#select().where("org_id", "=", orgId).where("user_id", "=", userId).executeTakeFirst();
  }

  /** `email`: lower case. */
  async findByEmail(ref: {
    readonly orgId: string;
    readonly email: string;
  }): Promise<MemberRecord | undefined> {
    return this.#select()
      .where("org_id", "=", ref.orgId)
      .where("auth_users.email", "=", ref.email)
      .executeTakeFirst();
  }

  /** `query`: part of the email address. */
  async page(
    filter: PageQuery & {
      readonly orgId: string;
      readonly role?: string | undefined;
      readonly query?: string | undefined;
    },
  ): Promise<readonly MemberRecord[]> {
    let select = paged(this.#select().where("org_id", "=", filter.orgId), {
      query: filter,
      columns: { id: "members.user_id", sorts: { email: "auth_users.email" } },
    });
    if (filter.role !== undefined) select = select.where("role", "=", filter.role);
    if (filter.query !== undefined) select = select.where(contains("auth_users.email", filter.query));
    return select.execute();
  }

  /** A person's places, the oldest first. */
  async listByUser(userId: string): Promise<readonly MemberRecord[]> {
    return this.#select()
      .where("user_id", "=", userId)
      .orderBy("members.created_at")
      .orderBy("org_id")
      .execute();
  }

  async count(query: { readonly orgId: string; readonly role?: string | undefined }): Promise<number> {
    let select = this.db
      .selectFrom("members")
      .select((all) => all.fn.countAll<number>().as("members"))
      .where("org_id", "=", query.orgId);
    if (query.role !== undefined) select = select.where("role", "=", query.role);
    return Number((await select.executeTakeFirstOrThrow()).members);
  }

  /** Whether this person may make organizations. */
  async isOperator(userId: string): Promise<boolean> {
    const row = await this.db
      .selectFrom("operators")
      .select("user_id")
      .where("user_id", "=", userId)
      .executeTakeFirst();
    return row !== undefined;
  }

  #select() {
    return this.db
      .selectFrom("members")
      .innerJoin("auth_users", "auth_users.id", "members.user_id")
      .innerJoin("orgs", "orgs.id", "members.org_id")
      .select([
        "members.org_id as orgId",
        "orgs.name as orgName",
        "members.user_id as userId",
        "auth_users.email as email",
        "auth_users.name as name",
        "members.role as role",
        "members.created_at as createdAt",
        "members.updated_at as updatedAt",
      ]);
  }
}

/** The data plane knows no people, so nothing here raises the configuration's version. */
export class MemberRepository extends MemberReads {
  async insert(member: MemberRef & { readonly role: string; readonly at: number }): Promise<void> {
    const { orgId, userId, role, at } = member;
    await this.db
      .insertInto("members")
      .values({ org_id: orgId, user_id: userId, role, created_at: at, updated_at: at })
      .execute();
  }

  async setRole(change: MemberRef & { readonly role: string; readonly at: number }): Promise<void> {
    await this.db
      .updateTable("members")
      .set({ role: change.role, updated_at: change.at })
      .where("org_id", "=", change.orgId)
      .where("user_id", "=", change.userId)
      .execute();
  }

  async remove({ orgId, userId }: MemberRef): Promise<void> {
    await this.db.deleteFrom("members").where("org_id", "=", orgId).where("user_id", "=", userId).execute();
  }

  async makeOperator({ userId, at }: { readonly userId: string; readonly at: number }): Promise<void> {
    await this.db.insertInto("operators").values({ user_id: userId, created_at: at }).execute();
  }
}
