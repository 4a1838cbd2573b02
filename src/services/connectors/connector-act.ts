import type { ConnectorClientRecord } from "../../storage/records/connector-client-record.ts";
import type { Act, ActFields } from "../audit/record-act.ts";

/** What the audit log names an org's OAuth client by. */
export function connectorTarget({
  orgId,
  connector,
}: Pick<ConnectorClientRecord, "orgId" | "connector">): Pick<Act, "orgId" | "target"> {
  return { orgId, target: { kind: "connector", id: connector, name: connector } };
}

/** What the audit log keeps of it. */
export function clientFields(client: ConnectorClientRecord): ActFields {
  const { clientId, secret, scopes, options } = client;
  return { clientId, clientSecret: secret?.fingerprint, scopes, options };
}
