import { PenstockError } from "../../errors/penstock-error.ts";
import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import type { ConnectionOwner } from "../../storage/repositories/connection-repository.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { notFound } from "../access.ts";

/** A connection of this person; throws `not_found` for anybody else's, too. */
export async function requireConnection(
  reads: Reads,
  ref: ConnectionOwner & { readonly connectionId: string },
): Promise<ConnectionRecord> {
  const { orgId, userId, connectionId: id } = ref;
  const connection = await reads.connections.find({ orgId, userId, id });
  if (connection === undefined) throw notFound(`connection ${id}`);
  return connection;
}

/** Throws `conflict` when another connection of this person has the name, whatever its case. */
export async function requireFreeConnectionName(
  reads: Reads,
  wanted: ConnectionOwner & { readonly name: string; readonly id?: string | undefined },
): Promise<void> {
  const holder = await reads.connections.findByName(wanted);
  if (holder === undefined || holder.id === wanted.id) return;
  throw new PenstockError("conflict", {
    fields: { reason: `You have a connection named \`${holder.name}\`.` },
  });
}
