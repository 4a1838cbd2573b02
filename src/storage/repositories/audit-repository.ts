import type { Kysely } from "kysely";
import { toNull, toOptional } from "../columns.ts";
import type { AuditRecord } from "../records/audit-record.ts";
import type { NewRow, Row, Schema } from "../schema.ts";

/** The newest acts first. */
export interface AuditQuery {
  readonly orgId: string;
  readonly limit: number;
  /** Only acts with a smaller `seq`. */
  readonly before: number | undefined;
  /** `key.create`, or `key.*` for every act on keys. */
  readonly action?: string | undefined;
  /** Id or name. */
  readonly actor?: string | undefined;
  /** Id or name. */
  readonly target?: string | undefined;
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined;
  /** Milliseconds since the epoch, exclusive. */
  readonly to?: number | undefined;
}

export class AuditReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** The end of an org's chain. */
  async last(orgId: string): Promise<AuditRecord | undefined> {
    const row = await this.db
      .selectFrom("audit_events")
      .selectAll()
      .where("org_id", "=", orgId)
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
    return row && toAudit(row);
  }

  /** Part of an org's chain in its order, from `after` (exclusive). */
  async chain(query: {
    readonly orgId: string;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly AuditRecord[]> {
    const rows = await this.db
      .selectFrom("audit_events")
      .selectAll()
      .where("org_id", "=", query.orgId)
      .where("seq", ">", query.after)
      .orderBy("seq")
      .limit(query.limit)
      .execute();
    return rows.map(toAudit);
  }

  async page(query: AuditQuery): Promise<readonly AuditRecord[]> {
    let select = this.db
      .selectFrom("audit_events")
      .selectAll()
      .where("org_id", "=", query.orgId)
      .orderBy("seq", "desc")
      .limit(query.limit);
    if (query.before !== undefined) select = select.where("seq", "<", query.before);
    const { action, actor, target } = query;
    if (action?.endsWith(".*") === true) {
      // Every text that begins so: `/` is the character after the dot.
      const prefix = action.slice(0, -1);
      select = select.where("action", ">=", prefix).where("action", "<", `${action.slice(0, -2)}/`);
    } else if (action !== undefined) select = select.where("action", "=", action);
    if (actor !== undefined) {
      select = select.where((where) =>
        where.or([where("actor_id", "=", actor), where("actor_name", "=", actor)]),
      );
    }
    if (target !== undefined) {
      select = select.where((where) =>
        where.or([where("target_id", "=", target), where("target_name", "=", target)]),
      );
    }
    if (query.from !== undefined) select = select.where("at", ">=", query.from);
    if (query.to !== undefined) select = select.where("at", "<", query.to);
    return (await select.execute()).map(toAudit);
  }
}

/** Appends only: there is no way to change or remove a row. */
export class AuditRepository extends AuditReads {
  async append(record: AuditRecord): Promise<void> {
    await this.db.insertInto("audit_events").values(fromAudit(record)).execute();
  }
}

function toAudit(row: Row<"audit_events">): AuditRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    seq: row.seq,
    at: row.at,
    actorKind: row.actor_kind,
    actorId: toOptional(row.actor_id),
    actorName: row.actor_name,
    address: toOptional(row.address),
    requestId: toOptional(row.request_id),
    action: row.action,
    targetKind: row.target_kind,
    targetId: toOptional(row.target_id),
    targetName: row.target_name,
    before: toOptional(row.before),
    after: toOptional(row.after),
    mac: row.mac,
  };
}

function fromAudit(record: AuditRecord): NewRow<"audit_events"> {
  return {
    id: record.id,
    org_id: record.orgId,
    seq: record.seq,
    at: record.at,
    actor_kind: record.actorKind,
    actor_id: toNull(record.actorId),
    actor_name: record.actorName,
    address: toNull(record.address),
    request_id: toNull(record.requestId),
    action: record.action,
    target_kind: record.targetKind,
    target_id: toNull(record.targetId),
    target_name: record.targetName,
    before: toNull(record.before),
    after: toNull(record.after),
    mac: record.mac,
  };
}
