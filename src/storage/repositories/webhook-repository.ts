import type { Kysely } from "kysely";
import { foldName } from "../columns.ts";
import type { WebhookRecord, WebhookSecretRecord } from "../records/webhook-record.ts";
import type { Schema } from "../schema.ts";
import { contains, type PageQuery, paged } from "./page-query.ts";
import { fromWebhook, toSecret, toWebhook } from "./webhook-row.ts";

export class WebhookReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  /** Undefined for another org's webhook too. */
  async find(ref: { readonly orgId: string; readonly id: string }): Promise<WebhookRecord | undefined> {
    const row = await this.db
      .selectFrom("webhooks")
      .selectAll()
      .where("org_id", "=", ref.orgId)
      .where("id", "=", ref.id)
      .executeTakeFirst();
    return row && toWebhook(row);
  }

  async findByName(ref: {
    readonly orgId: string;
    readonly name: string;
  }): Promise<WebhookRecord | undefined> {
    const row = await this.db
      .selectFrom("webhooks")
      .selectAll()
      .where("org_id", "=", ref.orgId)
      .where("name_folded", "=", foldName(ref.name))
      .executeTakeFirst();
    return row && toWebhook(row);
  }

  async listByOrg(orgId: string): Promise<readonly WebhookRecord[]> {
    const rows = await this.db
      .selectFrom("webhooks")
      .selectAll()
      .where("org_id", "=", orgId)
      .orderBy("id")
      .execute();
    return rows.map(toWebhook);
  }

  async page({
    orgId,
    query,
    ...page
  }: PageQuery & { readonly orgId: string; readonly query?: string | undefined }): Promise<
    readonly WebhookRecord[]
  > {
    const all = paged(this.db.selectFrom("webhooks").selectAll().where("org_id", "=", orgId), {
      query: page,
      columns: { id: "id", sorts: { name: "name_folded" } },
    });
    const select = query === undefined ? all : all.where(contains("name_folded", query));
    return (await select.execute()).map(toWebhook);
  }

  /** The current one first. */
  async secretsOf(webhookIds: readonly string[]): Promise<readonly WebhookSecretRecord[]> {
    if (webhookIds.length === 0) return [];
    const rows = await this.db
      .selectFrom("webhook_secrets")
      .selectAll()
      .where("webhook_id", "in", [...webhookIds])
      .orderBy("id", "desc")
      .execute();
    return rows.map(toSecret);
  }

  /** Of every org, in the order of their ids. */
  async pageOfSecrets(query: {
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<readonly WebhookSecretRecord[]> {
    const select = this.db.selectFrom("webhook_secrets").selectAll().orderBy("id").limit(query.limit);
    const rows = await (query.after === undefined ? select : select.where("id", ">", query.after)).execute();
    return rows.map(toSecret);
  }
}

/** None of it is served from, so no version rises. */
export class WebhookRepository extends WebhookReads {
  async insert(webhook: WebhookRecord): Promise<void> {
    await this.db.insertInto("webhooks").values(fromWebhook(webhook)).execute();
  }

  /** Replaces all of the webhook but its id and age. */
  async replace(webhook: WebhookRecord): Promise<void> {
    const { id: _id, created_at: _created, ...changed } = fromWebhook(webhook);
    await this.db
      .updateTable("webhooks")
      .set(changed)
      .where("org_id", "=", webhook.orgId)
      .where("id", "=", webhook.id)
      .execute();
  }

  /** Its secrets and deliveries go with it. */
  async remove(ref: { readonly orgId: string; readonly id: string }): Promise<void> {
    await this.db.deleteFrom("webhooks").where("org_id", "=", ref.orgId).where("id", "=", ref.id).execute();
  }

  /** `secret` signs from now on; the one before until `graceEndsAt`, all others no more. */
  async putSecret(secret: WebhookSecretRecord, graceEndsAt: number | undefined): Promise<void> {
    const { webhookId } = secret;
    const before = this.db.deleteFrom("webhook_secrets").where("webhook_id", "=", webhookId);
    await (graceEndsAt === undefined ? before : before.where("expires_at", "is not", null)).execute();
    await this.db
      .updateTable("webhook_secrets")
      .set({ expires_at: graceEndsAt ?? null })
      .where("webhook_id", "=", webhookId)
      .execute();
    await this.db
      .insertInto("webhook_secrets")
      .values({
        ...{ id: secret.id, org_id: secret.orgId, webhook_id: webhookId },
        ...{ sealed: secret.sealed, expires_at: null },
      })
      .execute();
  }

  /** The same secret under another master key. */
  async rewrap(secret: WebhookSecretRecord, sealed: string): Promise<void> {
    await this.db
      .updateTable("webhook_secrets")
      .set({ sealed })
      .where("id", "=", secret.id)
      .where("sealed", "=", secret.sealed)
      .execute();
  }
}
