import type { Connector } from "../../connectors/connector.ts";
import type { ConnectorClientRecord } from "../../storage/records/connector-client-record.ts";
import { redirectUriOf } from "../oauth/redirect-uri.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ConnectorClientView, ConnectorView } from "./connector-view.ts";

export function toConnectorView(
  ctx: Pick<ServiceContext, "publicUrl">,
  connector: Connector,
  client: ConnectorClientRecord | undefined,
): ConnectorView {
  return {
    connector,
    redirectUri: redirectUriOf(ctx),
    client: client && toClientView(connector, client),
  };
}

function toClientView(connector: Connector, client: ConnectorClientRecord): ConnectorClientView {
  const { clientId, secret, scopes, options, createdAt, updatedAt } = client;
  return {
    clientId,
    clientSecret: secret && { fingerprint: secret.fingerprint },
    scopes: scopes ?? connector.oauth?.scopes ?? [],
    options,
    createdAt,
    updatedAt,
  };
}
