import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { Act, ActFields } from "../audit/record-act.ts";

/** What the audit log names a key by. */
export function keyTarget(key: KeyRecord): Pick<Act, "orgId" | "target"> {
  return { orgId: key.orgId, target: { kind: "key", id: key.id, name: key.name } };
}

/** What the audit log keeps of a key. */
export function keyFields(key: KeyRecord): ActFields {
  const {
    name,
    preview,
    carrier,
    scopes,
    allowedModels,
    strict,
    onDisconnect,
    expiresAt,
    revokedAt,
    previous,
  } = key;
  const { agent, agentRole } = key;
  const previousExpiresAt = previous?.expiresAt;
  return {
    ...{ name, preview, carrier, scopes, allowedModels, strict, onDisconnect, agent, agentRole },
    ...{ expiresAt, revokedAt, previousExpiresAt },
  };
}
