import type { Connector, Identity } from "../../connectors/connector.ts";
import type { ErrorCode } from "../../errors/error-table.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ConnectionFailure } from "../../storage/records/connection-record.ts";
import type { WhoAnswer } from "./ask-who.ts";

const codes: Readonly<Record<ConnectionFailure, ErrorCode>> = {
  blocked_by_network_policy: "connection_blocked",
  provider_unreachable: "connection_unreachable",
  provider_refused: "connection_refused",
  failed: "connection_failed",
};

/** Whose the credential is; throws `connection_*` when the service did not say. */
export function requireVerified(connector: Connector, answer: WhoAnswer): Identity {
  if (answer.ok) return answer.identity;
  const fields = { service: connector.label, reason: answer.reason };
  throw new PenstockError(codes[answer.failure], { fields });
}
