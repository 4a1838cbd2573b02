import type { Kysely } from "kysely";
import type { DeliveryRecord, DeliveryStatus, WebhookEventRecord } from "../records/webhook-record.ts";
import type { Schema } from "../schema.ts";
import { type PageQuery, paged } from "./page-query.ts";
import { fromDelivery, toDelivery } from "./webhook-row.ts";

/** A delivery with what is delivered. */
export interface DeliveryOfEvent extends DeliveryRecord {
  readonly type: string;
  readonly payload: string;
}

export class DeliveryReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async page({
    orgId,
    webhookId,
    status,
    ...page
  }: PageQuery & {
    readonly orgId: string;
    readonly webhookId: string;
    readonly status: DeliveryStatus | undefined;
  }): Promise<readonly DeliveryOfEvent[]> {
    const all = paged(
      this.#withEvents()
        .where("webhook_deliveries.org_id", "=", orgId)
        .where("webhook_deliveries.webhook_id", "=", webhookId),
      { query: page, columns: { id: "webhook_deliveries.id", sorts: {} } },
    );
    const rows = await (status === undefined
      ? all
      : all.where("webhook_deliveries.status", "=", status)
    ).execute();
    return rows.map(({ type, payload, ...row }) => ({ ...toDelivery(row), type, payload }));
  }

  async anyDue(now: number): Promise<boolean> {
    const row = await this.db
      .selectFrom("webhook_deliveries")
      .select("id")
      .where("next_at", "<=", now)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  #withEvents() {
    return this.db
      .selectFrom("webhook_deliveries")
      .innerJoin("webhook_events", "webhook_events.id", "webhook_deliveries.event_id")
      .selectAll("webhook_deliveries")
      .select(["webhook_events.type", "webhook_events.payload"]);
  }

  protected async due(query: { readonly now: number; readonly limit: number }) {
    return this.#withEvents()
      .where("webhook_deliveries.next_at", "<=", query.now)
      .orderBy("webhook_deliveries.next_at")
      .limit(query.limit)
      .execute();
  }
}

/** None of it is served from, so no version rises. */
export class DeliveryRepository extends DeliveryReads {
  /** False when somebody has noticed the same before. */
  async insertEvent(event: WebhookEventRecord): Promise<boolean> {
    const { numInsertedOrUpdatedRows = 0n } = await this.db
      .insertInto("webhook_events")
      .values({
        ...{ id: event.id, org_id: event.orgId, occasion: event.occasion },
        ...{ type: event.type, payload: event.payload, created_at: event.createdAt },
      })
      .onConflict((conflict) => conflict.columns(["org_id", "occasion"]).doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async insert(delivery: DeliveryRecord): Promise<void> {
    await this.db.insertInto("webhook_deliveries").values(fromDelivery(delivery)).execute();
  }

  /** Compare-and-set: a delivery whose time somebody else has moved meanwhile is theirs. */
  async claim(claim: {
    readonly now: number;
    readonly until: number;
    readonly limit: number;
  }): Promise<readonly DeliveryOfEvent[]> {
    const claimed: DeliveryOfEvent[] = [];
    for (const { type, payload, ...row } of await this.due(claim)) {
      const { numUpdatedRows } = await this.db
        .updateTable("webhook_deliveries")
        .set({ next_at: claim.until })
        .where("id", "=", row.id)
        .where("next_at", "=", row.next_at)
        .executeTakeFirst();
      if (numUpdatedRows === 1n)
        claimed.push({ ...toDelivery({ ...row, next_at: claim.until }), type, payload });
    }
    return claimed;
  }

  /** Writes down how an attempt went. */
  async replace(delivery: DeliveryRecord): Promise<void> {
    const { id: _id, created_at: _created, ...changed } = fromDelivery(delivery);
    await this.db.updateTable("webhook_deliveries").set(changed).where("id", "=", delivery.id).execute();
  }
}
