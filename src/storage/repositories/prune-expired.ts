import { type Kysely, sql } from "kysely";
import type { Schema } from "../schema.ts";

export interface PruneExpired {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Rows that one statement removes at most. */
  readonly slice: number;
}

const day = 86_400_000;
/** Windows of attempts are minutes long. */
const throttledMs = 3_600_000;
/** So long an org sees what became of its invitations. */
const invitedMs = 30 * day;
/** A month's budget must be over, and whoever looks why a message did not come has had time. */
const toldMs = 60 * day;

/** What is over, by its table, key and condition; the identity library's times are ISO 8601. */
function expired(now: number) {
  const iso = new Date(now).toISOString();
  const invited = now - invitedMs;
  return [
    ["auth_sessions", "id", sql`expires_at <= ${iso}`],
    ["auth_verifications", "id", sql`expires_at <= ${iso}`],
    ["password_resets", "user_id", sql`expires_at <= ${now}`],
    ["oauth_flows", "id", sql`expires_at <= ${now}`],
    ["request_contents", "request_id", sql`expires_at <= ${now}`],
    ["idempotency_keys", "id", sql`expires_at <= ${now}`],
    ["webhook_secrets", "id", sql`expires_at <= ${now}`],
    ["webhook_events", "id", sql`created_at <= ${now - toldMs}`],
    ["throttles", "key", sql`started_at <= ${now - throttledMs}`],
    ["invitations", "id", sql`coalesce(accepted_at, revoked_at, expires_at) <= ${invited}`],
  ] as const;
}

/** Removes a slice of what is over from each table; returns how many rows went, the most of any one table's as `most`. */
export async function pruneExpired(
  db: Kysely<Schema>,
  { now, slice }: PruneExpired,
): Promise<{ readonly removed: number; readonly most: number }> {
  let removed = 0;
  let most = 0;
  for (const [table, key, isOver] of expired(now)) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${sql.table(table)} where ${sql.ref(key)} in (
        select ${sql.ref(key)} from ${sql.table(table)} where ${isOver} limit ${slice}
      )
    `.execute(db);
    removed += Number(numAffectedRows);
    most = Math.max(most, Number(numAffectedRows));
  }
  return { removed, most };
}
