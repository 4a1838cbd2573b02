import { z } from "zod";
import { authorizeUrlOf } from "../../drivers/auth/pkce.ts";
import { requireConnectorClient } from "../connectors/connector-client.ts";
import { requireConnector } from "../connectors/require-connector.ts";
import { nameSchema } from "../name-schema.ts";
import { type BegunFlow, beginFlow } from "../oauth/flow.ts";
import { returnPathSchema } from "../oauth/return-path.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireConnection, requireFreeConnectionName } from "./require-connection.ts";

const schema = z.strictObject({
  orgId: z.string(),
  connector: z.string(),
  name: nameSchema.optional(),
  connectionId: z.string().optional(),
  returnTo: returnPathSchema.optional(),
});

export interface BeginConnectionSignInInput {
  readonly orgId: string;
  readonly connector: string;
  /** Of the connection to be made; the connector's id unless told. */
  readonly name?: string | undefined;
  /** One that is to be signed in again. */
  readonly connectionId?: string | undefined;
  /** A path of this server. */
  readonly returnTo?: string | undefined;
}

/** Sends a person to a service to connect it. Throws `oauth_unavailable`, `conflict` (name taken), `unprocessable`. */
export async function beginConnectionSignIn(
  ctx: ServiceContext,
  input: BeginConnectionSignInInput,
): Promise<BegunFlow> {
  const { id: userId } = requireUser(ctx, { orgId: input.orgId, role: "member" });
  const { orgId, ...parsed } = parseInput(schema, input);
  const connector = requireConnector(parsed.connector);
  const { oauth, options, endpoints, client, scope } = await requireConnectorClient(ctx, orgId, connector);
  const { reads } = ctx.storage;
  const { connectionId, returnTo } = parsed;
  const name = parsed.name ?? connector.id;
  if (connectionId === undefined) await requireFreeConnectionName(reads, { orgId, userId, name });
  else {
    const stored = await requireConnection(reads, { orgId, userId, connectionId });
    if (stored.connector !== connector.id)
      throw unprocessable([{ path: "/connection_id", message: `is no connection to ${connector.label}` }]);
  }
  const usesPkce = oauth.pkce?.(options) ?? true;
  const scopeParameter = oauth.scopeParameter?.(options);
  return beginFlow(ctx, {
    orgId,
    userId,
    purpose: { kind: "connection", connector: connector.id, name, connectionId },
    returnTo,
    authorizeUrl: ({ state, challenge, redirectUri }) =>
      authorizeUrlOf({
        authorizeUrl: endpoints.authorizeUrl,
        clientId: client.clientId,
        redirectUri,
        scope,
        ...(scopeParameter !== undefined && { scopeParameter }),
        state,
        challenge: usesPkce ? challenge : undefined,
      }),
  });
}
