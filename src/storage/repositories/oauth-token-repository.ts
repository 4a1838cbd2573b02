import type { Kysely } from "kysely";
import { toOptional } from "../columns.ts";
import type { OAuthTokenRecord, TokenOwner } from "../records/oauth-token-record.ts";
import type { Row, Schema } from "../schema.ts";

export class OAuthTokenReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async find(owner: TokenOwner): Promise<OAuthTokenRecord | undefined> {
    const row = await this.db
      .selectFrom("oauth_tokens")
      .selectAll()
      .where("id", "=", owner.id)
      .where("org_id", "=", owner.orgId)
      .executeTakeFirst();
    return row && toToken(row);
  }

  /** By id, with the connections they belong to, from `after` (exclusive). */
  async pageSealed(query: { readonly after: string | undefined; readonly limit: number }) {
    let select = this.db
      .selectFrom("oauth_tokens")
      .leftJoin("connections", "connections.id", "oauth_tokens.connection_id")
      .selectAll("oauth_tokens")
      .select(["connections.user_id", "connections.connector"])
      .where("oauth_tokens.sealed", "is not", null)
      .orderBy("oauth_tokens.id")
      .limit(query.limit);
    if (query.after !== undefined) select = select.where("oauth_tokens.id", ">", query.after);
    return (await select.execute()).map((row) => ({
      record: toToken(row),
      userId: row.user_id ?? "",
      connector: row.connector ?? "",
    }));
  }

  async all(): Promise<readonly OAuthTokenRecord[]> {
    return (await this.db.selectFrom("oauth_tokens").selectAll().orderBy("id").execute()).map(toToken);
  }
}

/** Tokens are read by whoever needs one, not served from, so no version rises. */
export class OAuthTokenRepository extends OAuthTokenReads {
  /** Says who is renewing and until when; makes the row when there is none. */
  async claim(
    owner: TokenOwner,
    claim: { readonly by: string | undefined; readonly until: number },
  ): Promise<void> {
    const changed = { claimed_by: claim.by ?? null, claimed_until: claim.until };
    await this.db
      .insertInto("oauth_tokens")
      .values({ ...keysOf(owner), sealed: null, ...changed })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(changed))
      .execute();
  }

  /** Puts tokens in place of those before and ends every claim. */
  async put(owner: TokenOwner, sealed: string): Promise<void> {
    const changed = { sealed, claimed_by: null, claimed_until: 0 };
    await this.db
      .insertInto("oauth_tokens")
      .values({ ...keysOf(owner), ...changed })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(changed))
      .execute();
  }

  /** Ends the claim, if it is still this one's. */
  async release(owner: TokenOwner, by: string): Promise<void> {
    await this.db
      .updateTable("oauth_tokens")
      .set({ claimed_by: null, claimed_until: 0 })
      .where("id", "=", owner.id)
      .where("claimed_by", "=", by)
      .execute();
  }

  /** The same tokens under another master key. */
  async rewrap(record: OAuthTokenRecord, sealed: string): Promise<void> {
    await this.db
      .updateTable("oauth_tokens")
      .set({ sealed })
      .where("id", "=", record.owner.id)
      .where("sealed", "=", record.sealed ?? "")
      .execute();
  }

  async remove(owner: TokenOwner): Promise<void> {
    await this.db
      .deleteFrom("oauth_tokens")
      .where("id", "=", owner.id)
      .where("org_id", "=", owner.orgId)
      .execute();
  }
}

function keysOf({ kind, id, orgId }: TokenOwner) {
  return {
    id,
    org_id: orgId,
    provider_id: kind === "provider" ? id : null,
    connection_id: kind === "connection" ? id : null,
  };
}

function toToken(row: Row<"oauth_tokens">): OAuthTokenRecord {
  return {
    owner: { kind: row.provider_id === null ? "connection" : "provider", id: row.id, orgId: row.org_id },
    sealed: toOptional(row.sealed),
    claimedBy: toOptional(row.claimed_by),
    claimedUntil: row.claimed_until,
  };
}
