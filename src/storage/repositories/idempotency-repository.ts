import type { Kysely } from "kysely";
import type { Row, Schema } from "../schema.ts";

/** One request's claim on an idempotency key. Times are milliseconds since the epoch. */
export interface IdempotencyClaim {
  readonly id: string;
  readonly orgId: string;
  readonly requestDigest: string;
  /** Tells this try from others. */
  readonly claimedBy: string;
  readonly claimedUntil: number;
  readonly expiresAt: number;
}

/** What stands under an idempotency key. `sealed`: the answer; undefined while the request is being carried out. */
export interface IdempotencyRecord extends IdempotencyClaim {
  readonly sealed: string | undefined;
}

/** Answers kept for requests that are sent again. No configuration: one statement a call, outside of `Storage.change`. */
export class IdempotencyRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Takes a key that nobody has, whose time is over, or whose holder died in the middle of the same request. */
  async claim(claim: IdempotencyClaim, now: number): Promise<boolean> {
    const changed = {
      request_digest: claim.requestDigest,
      claimed_by: claim.claimedBy,
      claimed_until: claim.claimedUntil,
      sealed: null,
      expires_at: claim.expiresAt,
    };
    const row = await this.#db
      .insertInto("idempotency_keys")
      .values({ id: claim.id, org_id: claim.orgId, ...changed })
      .onConflict((conflict) =>
        conflict
          .column("id")
          .doUpdateSet(changed)
          .where((where) =>
            where.or([
              where("idempotency_keys.expires_at", "<=", now),
              where.and([
                where("idempotency_keys.sealed", "is", null),
                where("idempotency_keys.claimed_until", "<=", now),
                where("idempotency_keys.request_digest", "=", claim.requestDigest),
              ]),
            ]),
          ),
      )
      .returning("claimed_by")
      .executeTakeFirst();
    return row !== undefined;
  }

  async find(id: string): Promise<IdempotencyRecord | undefined> {
    const row = await this.#db
      .selectFrom("idempotency_keys")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirst();
    return row && toRecord(row);
  }

  /** Goes on holding a claim that is still held. */
  async renew(claim: IdempotencyClaim, claimedUntil: number): Promise<void> {
    await this.#db
      .updateTable("idempotency_keys")
      .set({ claimed_until: claimedUntil })
      .where("id", "=", claim.id)
      .where("claimed_by", "=", claim.claimedBy)
      .execute();
  }

  async keep(claim: IdempotencyClaim, sealed: string): Promise<void> {
    await this.#db
      .updateTable("idempotency_keys")
      .set({ sealed })
      .where("id", "=", claim.id)
      .where("claimed_by", "=", claim.claimedBy)
      .execute();
  }

  async release(claim: IdempotencyClaim): Promise<void> {
    await this.#db
      .deleteFrom("idempotency_keys")
      .where("id", "=", claim.id)
      .where("claimed_by", "=", claim.claimedBy)
      .where("sealed", "is", null)
      .execute();
  }

  /** Kept answers by id, from `after` (exclusive). */
  async pageSealed(query: {
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<readonly IdempotencyRecord[]> {
    let select = this.#db
      .selectFrom("idempotency_keys")
      .selectAll()
      .where("sealed", "is not", null)
      .orderBy("id")
      .limit(query.limit);
    if (query.after !== undefined) select = select.where("id", ">", query.after);
    return (await select.execute()).map(toRecord);
  }

  /** The same answer under another master key, unless another took its place. */
  async rewrap(record: IdempotencyRecord, sealed: string): Promise<void> {
    await this.#db
      .updateTable("idempotency_keys")
      .set({ sealed })
      .where("id", "=", record.id)
      .where("sealed", "=", record.sealed ?? "")
      .execute();
  }
}

function toRecord(row: Row<"idempotency_keys">): IdempotencyRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    requestDigest: row.request_digest,
    claimedBy: row.claimed_by,
    claimedUntil: row.claimed_until,
    sealed: row.sealed ?? undefined,
    expiresAt: row.expires_at,
  };
}
