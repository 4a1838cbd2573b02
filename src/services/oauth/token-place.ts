import type { Binding } from "../../secrets/binding.ts";
import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import type { TokenOwner } from "../../storage/records/oauth-token-record.ts";

/** Where tokens are kept and what they are bound to. */
export interface TokenPlace {
  readonly owner: TokenOwner;
  readonly binding: Binding;
}

const field = "oauth_tokens";

/** The place of a provider's tokens. */
export function providerTokens({ id, orgId }: { readonly id: string; readonly orgId: string }): TokenPlace {
  return { owner: { kind: "provider", id, orgId }, binding: { orgId, entity: id, field } };
}

/** The place of a connection's tokens. */
export function connectionTokens(
  connection: Pick<ConnectionRecord, "id" | "orgId" | "userId" | "connector">,
): TokenPlace {
  const { id, orgId } = connection;
  return {
    owner: { kind: "connection", id, orgId },
    binding: { orgId, entity: connectionEntity(connection), field },
  };
}

/** What everything sealed of a connection is bound to: not only to it, but to its user and service, too. */
export function connectionEntity(connection: Pick<ConnectionRecord, "id" | "userId" | "connector">): string {
  return JSON.stringify([connection.id, connection.userId, connection.connector]);
}
