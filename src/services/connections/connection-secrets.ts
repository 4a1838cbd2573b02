import type { Binding } from "../../secrets/binding.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { ConnectionRecord, ConnectionSecretRecord } from "../../storage/records/connection-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { connectionEntity } from "../oauth/token-place.ts";
import type { ServiceContext } from "../service-context.ts";

type Owned = Pick<ConnectionRecord, "id" | "orgId" | "userId" | "connector">;

/** What a sealed field is bound to: the org, the connection, its user, its service and the field's name. */
export function connectionBinding(connection: Owned, field: string): Binding {
  return { orgId: connection.orgId, entity: connectionEntity(connection), field };
}

/** Puts a credential in place of the one before. */
export async function saveConnectionSecrets(
  ctx: ServiceContext,
  writes: Writes,
  { connection, credential }: { connection: Owned; credential: Readonly<Record<string, Secret>> },
): Promise<void> {
  const records = Object.entries(credential).map(
    ([field, value]): ConnectionSecretRecord => ({
      connectionId: connection.id,
      field,
      sealed: ctx.vault.seal(value, connectionBinding(connection, field)),
      fingerprint: ctx.vault.fingerprint(value),
    }),
  );
  await writes.connections.replaceSecrets(connection.id, records);
}

/** Decrypts a pasted credential. Throws `invalid_request` when the master key is missing, `internal` when it was altered. */
export async function openConnectionSecrets(
  ctx: ServiceContext,
  reads: Reads,
  connection: Owned,
): Promise<Readonly<Record<string, Secret>>> {
  const records = await reads.connections.secrets(connection.id);
  await ctx.vault.ensure(
    records.map(({ sealed }) => sealed),
    reads.masterKeys,
  );
  return Object.fromEntries(
    records.map(({ field, sealed }) => [field, ctx.vault.open(sealed, connectionBinding(connection, field))]),
  );
}
