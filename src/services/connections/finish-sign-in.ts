import type { Connector, Identity } from "../../connectors/connector.ts";
import { exchangeCode } from "../../drivers/auth/pkce.ts";
import type { TokenAnswer } from "../../drivers/auth/read-token.ts";
import type { ConnectionRecord } from "../../storage/records/connection-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { type ConnectorClient, requireConnectorClient } from "../connectors/connector-client.ts";
import { pickOptions, withDefaults } from "../connectors/connector-options.ts";
import { requireConnector } from "../connectors/require-connector.ts";
import { serviceFetch } from "../connectors/service-fetch.ts";
import { laterThan } from "../later-than.ts";
import type { Flow, FlowPurpose } from "../oauth/flow.ts";
import { readCode, toOAuthFailure } from "../oauth/read-code.ts";
import { connectionTokens } from "../oauth/token-place.ts";
import { sealTokens, type Tokens, toTokens } from "../oauth/tokens.ts";
import { requireUser } from "../require-user.ts";
import type { ServiceContext } from "../service-context.ts";
import { askWho } from "./ask-who.ts";
import { connectionFields, connectionTarget } from "./connection-act.ts";
import { connectionFamily } from "./open-connection.ts";
import { requireConnection, requireFreeConnectionName } from "./require-connection.ts";
import { requireVerified } from "./require-verified.ts";
import { verifiedFields } from "./verified-fields.ts";

type Purpose = Extract<FlowPurpose, { kind: "connection" }>;

interface SignedIn {
  readonly tokens: Tokens;
  readonly identity: Identity;
  readonly client: ConnectorClient;
}

/**
 * Makes the connection of a person who came back from a service, or renews one. Throws `oauth_denied`, `oauth_failed`,
 * `connection_*`, `conflict`.
 */
export async function finishConnectionSignIn(
  ctx: ServiceContext,
  finish: { readonly flow: Flow; readonly purpose: Purpose; readonly query: URLSearchParams },
): Promise<{ readonly id: string }> {
  const { flow, purpose } = finish;
  requireUser(ctx, { orgId: flow.orgId, role: "member" });
  const connector = requireConnector(purpose.connector);
  const signedIn = await signIn(ctx, connector, finish);
  return ctx.storage.change(async (writes) => {
    await requireOrg(writes, flow.orgId);
    const { before, after } = await toConnection(ctx, writes, { connector, flow, purpose, signedIn });
    if (before === undefined) await writes.connections.insert(after);
    else await writes.connections.replace(after);
    await writes.connections.replaceSecrets(after.id, []);
    const { owner, binding } = connectionTokens(after);
    await writes.tokens.put(owner, sealTokens(ctx.vault, signedIn.tokens, binding));
    await recordAct(ctx, writes, {
      ...connectionTarget(after),
      action: before === undefined ? "connection.create" : "connection.reauthorize",
      after: connectionFields(after),
    });
    return { id: after.id };
  });
}

async function signIn(
  ctx: ServiceContext,
  connector: Connector,
  { flow, query }: { readonly flow: Flow; readonly query: URLSearchParams },
): Promise<SignedIn> {
  const client = await requireConnectorClient(ctx, flow.orgId, connector);
  const service = connector.label;
  const code = readCode(query, { service, issuer: client.endpoints.issuer });
  const fetch = await serviceFetch(ctx, flow.orgId);
  const asked = ctx.now();
  let answer: TokenAnswer;
  try {
    answer = await exchangeCode({
      client: client.client,
      code,
      verifier: (client.oauth.pkce?.(client.options) ?? true) ? flow.verifier : undefined,
      redirectUri: flow.redirectUri,
      fetch,
      dialect: client.dialect,
    });
  } catch (error) {
    throw toOAuthFailure(error, service);
  }
  const tokens = toTokens(answer, { asked, family: connectionFamily });
  const options = withDefaults(connector.optionForm, pickOptions(connector.optionForm, client.options));
  const context = { credential: { access_token: tokens.token }, options };
  const identity = requireVerified(connector, await askWho(connector, context, fetch));
  const granted = answer.scope?.split(/[\s,]+/).filter((scope) => scope !== "");
  return { tokens, identity: { ...identity, scopes: granted ?? identity.scopes }, client };
}

async function toConnection(
  ctx: ServiceContext,
  writes: Writes,
  of: {
    readonly connector: Connector;
    readonly flow: Flow;
    readonly purpose: Purpose;
    readonly signedIn: SignedIn;
  },
): Promise<{ readonly before: ConnectionRecord | undefined; readonly after: ConnectionRecord }> {
  const { connector, flow, purpose, signedIn } = of;
  const { orgId, userId } = flow;
  const { connectionId } = purpose;
  const before =
    connectionId === undefined ? undefined : await requireConnection(writes, { orgId, userId, connectionId });
  const at = laterThan(before?.updatedAt ?? 0, ctx.now());
  const { clientId, tokenUrl } = signedIn.client.client;
  const after: ConnectionRecord = {
    id: before?.id ?? ctx.newId("conn"),
    orgId,
    userId,
    connector: connector.id,
    name: before?.name ?? purpose.name,
    auth: "oauth2",
    options: pickOptions(connector.optionForm, signedIn.client.options),
    client: { id: clientId, tokenUrl },
    ...verifiedFields(signedIn.identity, at),
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
  };
  await requireFreeConnectionName(writes, after);
  return { before, after };
}
