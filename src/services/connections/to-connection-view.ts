import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { ConnectionView } from "./connection-view.ts";

/** The last duty of every verb: what leaves holds no value of a credential. */
export async function toConnectionView(reads: Reads, connection: ConnectionRecord): Promise<ConnectionView> {
  const { orgId: _org, userId: _user, client: _client, ...rest } = connection;
  const secrets = await reads.connections.secrets(connection.id);
  return {
    ...rest,
    credentials: Object.fromEntries(secrets.map(({ field, fingerprint }) => [field, { fingerprint }])),
  };
}
