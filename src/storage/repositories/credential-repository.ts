import type { Kysely } from "kysely";
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
    this.#touch(orgId);
    const { sealed, fingerprint } = credential;
    await this.db
      .insertInto("provider_credentials")
      .values({ provider_id: credential.providerId, field: credential.field, sealed, fingerprint })
      .onConflict((conflict) =>
        conflict.columns(["provider_id", "field"]).doUpdateSet({ sealed, fingerprint }),
      )
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
    this.#touch(orgId);
    await this.db
      .deleteFrom("provider_credentials")
      .where("provider_id", "=", credential.providerId)
      .where("field", "=", credential.field)
      .execute();
  }
}

function toCredential(row: Row<"provider_credentials">): CredentialRecord {
  return { providerId: row.provider_id, field: row.field, sealed: row.sealed, fingerprint: row.fingerprint };
}
