import type { Connector } from "../../connectors/connector.ts";
import { requestToken } from "../../drivers/auth/request-token.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Secret } from "../../secrets/secret.ts";
import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import { requireConnectorClient } from "../connectors/connector-client.ts";
import { serviceFetch } from "../connectors/service-fetch.ts";
import { renewTokens } from "../oauth/renew-tokens.ts";
import { connectionTokens } from "../oauth/token-place.ts";
import type { ServiceContext } from "../service-context.ts";
import { openConnectionSecrets } from "./connection-secrets.ts";

/** The family of tokens that no configured refresh token stands behind. */
export const connectionFamily = "connection";

/**
 * The credential of a connection as it is good now: a pasted key, or `access_token`, renewed when it is about to expire or
 * was `refused`. Throws `connection_expired` when the service renews it no more, `upstream_*` when it cannot be asked.
 */
export async function openConnection(
  ctx: ServiceContext,
  open: {
    readonly connector: Connector;
    readonly connection: ConnectionRecord;
    readonly refused?: Secret | undefined;
  },
): Promise<Readonly<Record<string, Secret>>> {
  const { connector, connection, refused } = open;
  if (connection.auth === "api_key") return openConnectionSecrets(ctx, ctx.storage.reads, connection);
  try {
    const tokens = await renewTokens(ctx, connectionTokens(connection), {
      family: connectionFamily,
      configured: undefined,
      refused,
      refresh: (refreshToken) => refresh(ctx, { connector, connection, refreshToken }),
    });
    return { access_token: tokens.token };
  } catch (error) {
    if (!(error instanceof PenstockError) || !ended.has(error.code)) throw error;
    const fields = { service: connector.label, connection: connection.name };
    throw new PenstockError("connection_expired", { fields, cause: error });
  }
}

/** The service refuses to renew, or nobody can ask it to. */
const ended: ReadonlySet<string> = new Set(["upstream_credential_rejected", "oauth_unavailable"]);

async function refresh(
  ctx: ServiceContext,
  of: {
    readonly connector: Connector;
    readonly connection: ConnectionRecord;
    readonly refreshToken: Secret;
  },
) {
  const { connector, connection, refreshToken } = of;
  const { client, dialect } = await requireConnectorClient(ctx, connection.orgId, connector);
  // An admin who changes the OAuth client must not be sent the tokens of others.
  if (client.clientId !== connection.client?.id || client.tokenUrl !== connection.client.tokenUrl) {
    const reason = "its OAuth client was replaced";
    throw new PenstockError("upstream_credential_rejected", { fields: { reason } });
  }
  return requestToken({
    client: { ...client, scope: undefined, grant: { type: "refresh_token", refreshToken } },
    refreshToken,
    fetch: await serviceFetch(ctx, connection.orgId),
    dialect,
  });
}
