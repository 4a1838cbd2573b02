import type { Kysely } from "kysely";
import { foldName } from "../columns.ts";
import type { ConnectionRecord, ConnectionSecretRecord } from "../records/connection-record.ts";
import type { Row, Schema } from "../schema.ts";
import { fromConnection, toConnection } from "./connection-row.ts";
import { contains, type PageQuery, paged } from "./page-query.ts";

/** Whose connections: nobody else's are ever found. */
export interface ConnectionOwner {
  readonly orgId: string;
  readonly userId: string;
}

export class ConnectionReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async find(ref: ConnectionOwner & { readonly id: string }): Promise<ConnectionRecord | undefined> {
    const row = await this.of(ref).where("id", "=", ref.id).executeTakeFirst();
    return row && toConnection(row);
  }

  async findByName(ref: ConnectionOwner & { readonly name: string }): Promise<ConnectionRecord | undefined> {
    const row = await this.of(ref).where("name_folded", "=", foldName(ref.name)).executeTakeFirst();
    return row && toConnection(row);
  }

  /** The oldest first. */
  async listByConnector(
    ref: ConnectionOwner & { readonly connector: string },
  ): Promise<readonly ConnectionRecord[]> {
    const rows = await this.of(ref).where("connector", "=", ref.connector).orderBy("id").execute();
    return rows.map(toConnection);
  }

  async page(
    filter: ConnectionOwner &
      PageQuery & { readonly connector?: string | undefined; readonly query?: string | undefined },
  ): Promise<readonly ConnectionRecord[]> {
    let select = paged(this.of(filter), {
      query: filter,
      columns: { id: "id", sorts: { name: "name_folded" } },
    });
    if (filter.connector !== undefined) select = select.where("connector", "=", filter.connector);
    if (filter.query !== undefined) select = select.where(contains("name_folded", filter.query));
    return (await select.execute()).map(toConnection);
  }

  async secrets(connectionId: string): Promise<readonly ConnectionSecretRecord[]> {
    const rows = await this.db
      .selectFrom("connection_secrets")
      .selectAll()
      .where("connection_id", "=", connectionId)
      .orderBy("field")
      .execute();
    return rows.map(toSecret);
  }

  /** Every sealed field of every org, with what it is bound to. */
  async allSecrets(): Promise<
    readonly (ConnectionSecretRecord & ConnectionOwner & { readonly connector: string })[]
  > {
    const rows = await this.db
      .selectFrom("connection_secrets")
      .innerJoin("connections", "connections.id", "connection_secrets.connection_id")
      .select(["connection_id", "field", "sealed", "fingerprint", "org_id", "user_id", "connector"])
      .orderBy("connection_id")
      .orderBy("field")
      .execute();
    return rows.map((row) => ({
      ...toSecret(row),
      orgId: row.org_id,
      userId: row.user_id,
      connector: row.connector,
    }));
  }

  private of(owner: ConnectionOwner) {
    return this.db
      .selectFrom("connections")
      .selectAll()
      .where("org_id", "=", owner.orgId)
      .where("user_id", "=", owner.userId);
  }
}

/** Connections are no configuration that models run on: no write of theirs makes a new snapshot. */
export class ConnectionRepository extends ConnectionReads {
  async insert(connection: ConnectionRecord): Promise<void> {
    await this.db.insertInto("connections").values(fromConnection(connection)).execute();
  }

  /** Replaces all of it but its id, owner and age. */
  async replace(connection: ConnectionRecord): Promise<void> {
    const { id, org_id, user_id, created_at: _, ...changed } = fromConnection(connection);
    await this.db
      .updateTable("connections")
      .set(changed)
      .where("org_id", "=", org_id)
      .where("user_id", "=", user_id)
      .where("id", "=", id)
      .execute();
  }

  async remove(ref: ConnectionOwner & { readonly id: string }): Promise<void> {
    await this.db
      .deleteFrom("connections")
      .where("org_id", "=", ref.orgId)
      .where("user_id", "=", ref.userId)
      .where("id", "=", ref.id)
      .execute();
  }

  /** All that somebody has in an org, for when they leave it. */
  async removeByOwner(owner: ConnectionOwner): Promise<void> {
    await this.db
      .deleteFrom("connections")
      .where("org_id", "=", owner.orgId)
      .where("user_id", "=", owner.userId)
      .execute();
  }

  /** The whole credential: fields that are not named go. */
  async replaceSecrets(connectionId: string, secrets: readonly ConnectionSecretRecord[]): Promise<void> {
    await this.db.deleteFrom("connection_secrets").where("connection_id", "=", connectionId).execute();
    for (const { field, sealed, fingerprint } of secrets) {
      await this.db
        .insertInto("connection_secrets")
        .values({ connection_id: connectionId, field, sealed, fingerprint })
        .execute();
    }
  }

  /** The same value under another master key. */
  async rewrap(secret: ConnectionSecretRecord, sealed: string): Promise<void> {
    await this.db
      .updateTable("connection_secrets")
      .set({ sealed })
      .where("connection_id", "=", secret.connectionId)
      .where("field", "=", secret.field)
      .where("sealed", "=", secret.sealed)
      .execute();
  }
}

function toSecret(row: Row<"connection_secrets">): ConnectionSecretRecord {
  return {
    connectionId: row.connection_id,
    field: row.field,
    sealed: row.sealed,
    fingerprint: row.fingerprint,
  };
}
