import type { Identity } from "../../connectors/connector.ts";
import type { ConnectionRecord } from "../../storage/records/connection-record.ts";

/** What a connection says after its service has taken the credential. `at`: milliseconds since the epoch. */
export function verifiedFields(
  identity: Identity,
  at: number,
): Pick<ConnectionRecord, "accountId" | "accountName" | "scopes" | "status" | "statusReason" | "checkedAt"> {
  return {
    accountId: identity.accountId?.slice(0, 200),
    accountName: identity.accountName?.slice(0, 200),
    scopes: identity.scopes ?? [],
    status: "connected",
    statusReason: undefined,
    checkedAt: at,
  };
}
