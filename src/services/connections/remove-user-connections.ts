import type { ConnectionOwner } from "../../storage/repositories/connection-repository.ts";
import type { Writes } from "../../storage/repositories/writes.ts";

/** Part of a member's leaving: nobody else may ever use what was theirs. */
export async function removeUserConnections(writes: Writes, owner: ConnectionOwner): Promise<void> {
  await writes.connections.removeByOwner(owner);
}

/**
 * The same in every org. For when an account passes by other means than its password, maybe to somebody else: whoever has it
 * then may be an admin or an impostor, and connections are their user's alone.
 */
export async function removeAllConnections(writes: Writes, userId: string): Promise<void> {
  for (const { orgId } of await writes.members.listByUser(userId)) {
    await removeUserConnections(writes, { orgId, userId });
  }
}
