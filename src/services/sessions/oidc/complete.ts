import * as oauth from "oauth4webapi";
import type { Client } from "../../identity/client.ts";
import type { ServiceContext } from "../../service-context.ts";
import { beginSession } from "../begin.ts";
import { accountOf } from "./account-of.ts";
import { forgetFlow, type OidcFlow, recallFlow } from "./oidc-flow.ts";
import type { OidcPerson } from "./oidc-person.ts";
import { readPerson } from "./oidc-person.ts";
import { connectOidc, type OidcServer, tellOidcFailure } from "./oidc-server.ts";

export interface CompletedOidc {
  readonly returnTo: string;
  readonly cookies: readonly string[];
}

/**
 * Takes somebody back from the OIDC server: checks state, PKCE, nonce, issuer, audience and signature, finds or makes the
 * account and begins a session. Throws `oidc_failed`, and `account_refused` for people who may not sign in here.
 */
export async function completeOidc(
  ctx: ServiceContext,
  { query, client }: { readonly query: URLSearchParams; readonly client: Client },
): Promise<CompletedOidc> {
  const flow = recallFlow(ctx, client.cookie);
  const server = await connectOidc(ctx);
  const person = await askForPerson(ctx, { server, flow, query });
  const userId = await accountOf(ctx, person);
  const { cookies } = await beginSession(ctx, { userId, client, by: "oidc" });
  return { returnTo: flow.returnTo, cookies: [forgetFlow(ctx), ...cookies] };
}

interface Asking {
  readonly server: OidcServer;
  readonly flow: OidcFlow;
  readonly query: URLSearchParams;
}

async function askForPerson(ctx: ServiceContext, { server, flow, query }: Asking): Promise<OidcPerson> {
  const { as, client } = server;
  const parameters = await tellOidcFailure(ctx, {
    reason: "the answer is not the one that was asked for",
    step: async () => oauth.validateAuthResponse(as, client, query, flow.state),
  });
  return tellOidcFailure(ctx, {
    reason: "what its server says does not fit",
    step: () => exchange({ server, flow, parameters }),
  });
}

interface Exchange {
  readonly server: OidcServer;
  readonly flow: OidcFlow;
  /** Checked already. */
  readonly parameters: URLSearchParams;
}

async function exchange({ server, flow, parameters }: Exchange): Promise<OidcPerson> {
  const { as, client, auth, redirectUri, options } = server;
  const response = await oauth.authorizationCodeGrantRequest(
    ...([as, client, auth, parameters, redirectUri, flow.codeVerifier, options] as const),
  );
  const expected = { expectedNonce: flow.nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, expected);
  await oauth.validateApplicationLevelSignature(as, response, options);
  return readPerson(server, tokens);
}
