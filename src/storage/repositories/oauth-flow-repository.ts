import type { Kysely } from "kysely";
import type { OAuthFlowRecord } from "../records/oauth-flow-record.ts";
import type { Row, Schema } from "../schema.ts";

/** Sign-ins under way. Only ever written: a look at one takes it away. */
export class OAuthFlowRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(flow: OAuthFlowRecord): Promise<void> {
    await this.#db
      .insertInto("oauth_flows")
      .values({
        id: flow.id,
        org_id: flow.orgId,
        user_id: flow.userId,
        state_digest: flow.stateDigest,
        sealed: flow.sealed,
        expires_at: flow.expiresAt,
      })
      .execute();
  }

  /** The flow with this state, which nobody finds again. Somebody else's is left alone and counts as none. */
  async take(ref: {
    readonly stateDigest: string;
    readonly userId: string;
  }): Promise<OAuthFlowRecord | undefined> {
    const row = await this.#db
      .deleteFrom("oauth_flows")
      .where("state_digest", "=", ref.stateDigest)
      .where("user_id", "=", ref.userId)
      .returningAll()
      .executeTakeFirst();
    return row && toFlow(row);
  }
}

function toFlow(row: Row<"oauth_flows">): OAuthFlowRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    userId: row.user_id,
    stateDigest: row.state_digest,
    sealed: row.sealed,
    expiresAt: row.expires_at,
  };
}
