import type { ConnectionOwner } from "../../storage/repositories/connection-repository.ts";
import type { Writes } from "../../storage/repositories/writes.ts";

/** Part of a member's leaving: nobody else may ever use what was theirs. */
export async function removeUserConnections(writes: Writes, owner: ConnectionOwner): Promise<void> {
  await writes.connections.removeByOwner(owner);
}
