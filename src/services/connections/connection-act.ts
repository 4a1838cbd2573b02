import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import type { Act, ActFields } from "../audit/record-act.ts";

/**
 * What the audit log names a connection by. Its org's admins read the log, and they may not see whose account it is nor
 * how its user calls it.
 */
export function connectionTarget({ orgId, id, connector }: ConnectionRecord): Pick<Act, "orgId" | "target"> {
  return { orgId, target: { kind: "connection", id, name: connector } };
}

/** What the audit log keeps of it. */
export function connectionFields({ connector, auth }: ConnectionRecord): ActFields {
  return { connector, auth };
}
