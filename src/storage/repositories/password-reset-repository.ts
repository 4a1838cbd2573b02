import type { Kysely } from "kysely";
import type { PasswordResetRecord } from "../records/password-reset-record.ts";
import type { Schema } from "../schema.ts";

export class PasswordResetReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async findByDigest(digest: string): Promise<PasswordResetRecord | undefined> {
    return this.db
      .selectFrom("password_resets")
      .select([
        "user_id as userId",
        "org_id as orgId",
        "token_digest as tokenDigest",
        "maker_kind as makerKind",
        "maker_id as makerId",
        "expires_at as expiresAt",
      ])
      .where("token_digest", "=", digest)
      .executeTakeFirst();
  }
}

export class PasswordResetRepository extends PasswordResetReads {
  /** In place of the account's link from before. */
  async put(reset: PasswordResetRecord): Promise<void> {
    const changed = {
      org_id: reset.orgId,
      token_digest: reset.tokenDigest,
      maker_kind: reset.makerKind,
      maker_id: reset.makerId,
      expires_at: reset.expiresAt,
    };
    await this.db
      .insertInto("password_resets")
      .values({ user_id: reset.userId, ...changed })
      .onConflict((conflict) => conflict.column("user_id").doUpdateSet(changed))
      .execute();
  }

  async remove(userId: string): Promise<void> {
    await this.db.deleteFrom("password_resets").where("user_id", "=", userId).execute();
  }
}
