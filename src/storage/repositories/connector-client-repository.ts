import type { Kysely } from "kysely";
import { fromJson } from "../columns.ts";
import type { ConnectorClientRecord } from "../records/connector-client-record.ts";
import type { Row, Schema } from "../schema.ts";

export interface ConnectorClientRef {
  readonly orgId: string;
  readonly connector: string;
}

export class ConnectorClientReads {
  protected readonly db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.db = db;
  }

  async find(ref: ConnectorClientRef): Promise<ConnectorClientRecord | undefined> {
    const row = await this.db
      .selectFrom("connector_clients")
      .selectAll()
      .where("org_id", "=", ref.orgId)
      .where("connector", "=", ref.connector)
      .executeTakeFirst();
    return row && toClient(row);
  }

  async listByOrg(orgId: string): Promise<readonly ConnectorClientRecord[]> {
    const rows = await this.db
      .selectFrom("connector_clients")
      .selectAll()
      .where("org_id", "=", orgId)
      .orderBy("connector")
      .execute();
    return rows.map(toClient);
  }

  async all(): Promise<readonly ConnectorClientRecord[]> {
    const rows = await this.db
      .selectFrom("connector_clients")
      .selectAll()
      .orderBy("org_id")
      .orderBy("connector")
      .execute();
    return rows.map(toClient);
  }
}

/** None of it is served from, so no version rises. */
export class ConnectorClientRepository extends ConnectorClientReads {
  async put(client: ConnectorClientRecord): Promise<void> {
    const { orgId, connector, secret, createdAt } = client;
    const changed = {
      client_id: client.clientId,
      sealed: secret?.sealed ?? null,
      fingerprint: secret?.fingerprint ?? null,
      scopes: client.scopes === undefined ? null : JSON.stringify(client.scopes),
      options: JSON.stringify(client.options),
      updated_at: client.updatedAt,
    };
    await this.db
      .insertInto("connector_clients")
      .values({ org_id: orgId, connector, created_at: createdAt, ...changed })
      .onConflict((conflict) => conflict.columns(["org_id", "connector"]).doUpdateSet(changed))
      .execute();
  }

  /** The same secret under another master key. */
  async rewrap(client: ConnectorClientRecord, sealed: string): Promise<void> {
    await this.db
      .updateTable("connector_clients")
      .set({ sealed })
      .where("org_id", "=", client.orgId)
      .where("connector", "=", client.connector)
      .where("sealed", "=", client.secret?.sealed ?? "")
      .execute();
  }

  async remove(ref: ConnectorClientRef): Promise<void> {
    await this.db
      .deleteFrom("connector_clients")
      .where("org_id", "=", ref.orgId)
      .where("connector", "=", ref.connector)
      .execute();
  }
}

function toClient(row: Row<"connector_clients">): ConnectorClientRecord {
  const { sealed, fingerprint } = row;
  return {
    orgId: row.org_id,
    connector: row.connector,
    clientId: row.client_id,
    secret: sealed === null || fingerprint === null ? undefined : { sealed, fingerprint },
    scopes: row.scopes === null ? undefined : fromJson(row.scopes),
    options: fromJson(row.options),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
