import type {
  Connector,
  ConnectorOAuth,
  ConnectorOptions,
  OAuthEndpoints,
} from "../../connectors/connector.ts";
import type { OAuth2Client } from "../../drivers/auth/oauth2-client.ts";
import type { TokenDialect } from "../../drivers/auth/request-token.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Binding } from "../../secrets/binding.ts";
import type { ConnectorClientRecord } from "../../storage/records/connector-client-record.ts";
import type { ServiceContext } from "../service-context.ts";
import { withDefaults } from "./connector-options.ts";

/** What a client's secret is bound to. */
export function clientBinding({
  orgId,
  connector,
}: Pick<ConnectorClientRecord, "orgId" | "connector">): Binding {
  return { orgId, entity: `connector:${connector}`, field: "client_secret" };
}

/** An org's OAuth client, ready to sign users in with. */
export interface ConnectorClient {
  readonly oauth: ConnectorOAuth;
  /** With the form's defaults. */
  readonly options: ConnectorOptions;
  readonly endpoints: OAuthEndpoints;
  readonly client: Omit<OAuth2Client, "grant" | "scope">;
  readonly scope: string | undefined;
  readonly dialect: TokenDialect;
}

/** Throws `oauth_unavailable` when users cannot sign in at this service. */
export async function requireConnectorClient(
  ctx: ServiceContext,
  orgId: string,
  connector: Connector,
): Promise<ConnectorClient> {
  const { oauth } = connector;
  if (oauth === undefined) throw unavailable(connector, "it takes keys only");
  const record = await ctx.storage.reads.connectorClients.find({ orgId, connector: connector.id });
  if (record === undefined) throw unavailable(connector, "no OAuth client is configured");
  if (record.secret !== undefined) {
    await ctx.vault.ensure([record.secret.sealed], ctx.storage.reads.masterKeys);
  }
  const options = withDefaults(oauth.clientForm, record.options);
  const endpoints = oauth.endpoints(options);
  const scopes = record.scopes ?? oauth.scopes;
  const { readToken, refusals } = oauth;
  return {
    oauth,
    options,
    endpoints,
    client: {
      tokenUrl: endpoints.tokenUrl,
      clientId: record.clientId,
      clientSecret: record.secret && ctx.vault.open(record.secret.sealed, clientBinding(record)),
      clientAuth: oauth.clientAuth(options),
    },
    scope: scopes.length === 0 ? undefined : scopes.join(oauth.scopeSeparator),
    dialect: {
      ...(readToken !== undefined && { read: (body: unknown) => readToken(body, options) }),
      ...(refusals !== undefined && { refusals }),
    },
  };
}

function unavailable(connector: Connector, reason: string): PenstockError {
  return new PenstockError("oauth_unavailable", { fields: { service: connector.label, reason } });
}
