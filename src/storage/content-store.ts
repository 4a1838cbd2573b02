import type { Kysely } from "kysely";
import type { ContentRecord } from "../plane/content-record.ts";
import { toFlag, toNull, toOptional } from "./columns.ts";
import type { Schema } from "./schema.ts";

/** Contents of requests, apart from the ledger, which never holds any. */
export interface ContentStore {
  insert(records: readonly ContentRecord[]): Promise<void>;
  find(query: { readonly orgId: string; readonly requestId: string }): Promise<ContentRecord | undefined>;
}

export function createContentStore(db: Kysely<Schema>): ContentStore {
  return {
    async insert(records) {
      if (records.length === 0) return;
      const rows = records.map((record) => ({
        request_id: record.requestId,
        org_id: record.orgId,
        at: record.at,
        expires_at: record.expiresAt,
        // PostgreSQL has no place for U+0000 in a text.
        request: record.request.replaceAll("\0", "\ufffd"),
        response: toNull(record.response?.replaceAll("\0", "\ufffd")),
        truncated: toFlag(record.truncated),
      }));
      await db
        .insertInto("request_contents")
        .values(rows)
        .onConflict((conflict) => conflict.column("request_id").doNothing())
        .execute();
    },
    async find({ orgId, requestId }) {
      const row = await db
        .selectFrom("request_contents")
        .selectAll()
        .where("request_id", "=", requestId)
        .where("org_id", "=", orgId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        requestId: row.request_id,
        orgId: row.org_id,
        at: row.at,
        expiresAt: row.expires_at,
        request: row.request,
        response: toOptional(row.response),
        truncated: row.truncated === 1,
      };
    },
  };
}
