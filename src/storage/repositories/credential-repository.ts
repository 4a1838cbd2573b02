import type { Kysely } from "kysely";
import { toNull, toOptional } from "../columns.ts";
import type { CredentialRecord } from "../records/provider-record.ts";
import type { Row, Schema } from "../schema.ts";
import type { Touch } from "../touch.ts";

export class CredentialReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async listByProvider(providerId: string): Promise<readonly CredentialRecord[]> {
    const rows = await this.db
      .selectFrom("provider_credentials")
      .selectAll()
      .where("provider_id", "=", providerId)
      .orderBy("field")
      .execute();
    return rows.map(toCredential);
  }

  async listByProviders(providerIds: readonly string[]): Promise<readonly CredentialRecord[]> {
    const records: CredentialRecord[] = [];
    // Bounded so that a long list stays below the engines' limits on parameters.
    for (let start = 0; start < providerIds.length; start += 500) {
      const rows = await this.db
        .selectFrom("provider_credentials")
        .selectAll()
        .where("provider_id", "in", providerIds.slice(start, start + 500))
        .orderBy("provider_id")
        .orderBy("field")
        .execute();
      records.push(...rows.map(toCredential));
    }
    return records;
  }

  /** In the order of provider and field, with their orgs, from `after` (exclusive). */
  async page(query: {
    readonly after: { readonly providerId: string; readonly field: string } | undefined;
    readonly limit: number;
  }): Promise<readonly { readonly orgId: string; readonly credential: CredentialRecord }[]> {
    const { after, limit } = query;
    let select = this.db
      .selectFrom("provider_credentials")
      .innerJoin("providers", "providers.id", "provider_credentials.provider_id")
      .selectAll("provider_credentials")
      .select("providers.org_id")
      .orderBy("provider_credentials.provider_id")
      .orderBy("provider_credentials.field")
      .limit(limit);
    if (after !== undefined) {
      select = select.where((where) =>
        where.or([
          where("provider_credentials.provider_id", ">", after.providerId),
          where.and([
            where("provider_credentials.provider_id", "=", after.providerId),
            where("provider_credentials.field", ">", after.field),
          ]),
        ]),
      );
    }
    return (await select.execute()).map((row) => ({ orgId: row.org_id, credential: toCredential(row) }));
  }

  async all(): Promise<readonly CredentialRecord[]> {
    const rows = await this.db
      .selectFrom("provider_credentials")
      .selectAll()
      .orderBy("provider_id")
      .orderBy("field")
      .execute();
    return rows.map(toCredential);
  }
}

export class CredentialRepository extends CredentialReads {
  readonly #touch: Touch;

  constructor(db: Kysely<Schema>, touch: Touch) {
    super(db);
    this.#touch = touch;
  }

  async put(orgId: string, credential: CredentialRecord): Promise<void> {
    this.#touch(orgId, { kind: "provider", id: credential.providerId });
    const { providerId, field, sealed, fingerprint, setAt, setBy } = credential;
    const value = { sealed, fingerprint, set_at: toNull(setAt), set_by: toNull(setBy) };
    await this.db
      .insertInto("provider_credentials")
      .values({ provider_id: providerId, field, ...value })
      .onConflict((conflict) => conflict.columns(["provider_id", "field"]).doUpdateSet(value))
      .execute();
  }

  /** The same value under another master key: nothing that is served from changes. */
  async rewrap(credential: CredentialRecord, sealed: string): Promise<void> {
    await this.db
      .updateTable("provider_credentials")
      .set({ sealed })
      .where("provider_id", "=", credential.providerId)
      .where("field", "=", credential.field)
      .where("sealed", "=", credential.sealed)
      .execute();
  }

  async remove(
    orgId: string,
    credential: { readonly providerId: string; readonly field: string },
  ): Promise<void> {
    this.#touch(orgId, { kind: "provider", id: credential.providerId });
    await this.db
      .deleteFrom("provider_credentials")
      .where("provider_id", "=", credential.providerId)
      .where("field", "=", credential.field)
      .execute();
  }
}

function toCredential(row: Row<"provider_credentials">): CredentialRecord {
  return {
    providerId: row.provider_id,
    field: row.field,
    sealed: row.sealed,
    fingerprint: row.fingerprint,
    setAt: toOptional(row.set_at),
    setBy: toOptional(row.set_by),
  };
}
