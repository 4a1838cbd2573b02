import * as oauth from "oauth4webapi";
import { PenstockError } from "../../../errors/penstock-error.ts";
import type { Client } from "../../identity/client.ts";
import type { ServiceContext } from "../../service-context.ts";
import { countAttempt } from "../throttle.ts";
import { keepFlow } from "./oidc-flow.ts";
import { connectOidc } from "./oidc-server.ts";

export interface StartedOidc {
  /** Where the browser goes. */
  readonly url: string;
  /** Values of `set-cookie`. */
  readonly cookies: readonly string[];
}

/** Sends somebody to the OIDC server. `returnTo`: a path of this server for afterwards. Throws `oidc_failed`. */
export async function startOidc(
  ctx: ServiceContext,
  {
    returnTo = "/api/v1/auth/session",
    client,
  }: { readonly returnTo?: string | undefined; readonly client: Client },
): Promise<StartedOidc> {
  requireOwnPath(returnTo);
  await countAttempt(ctx, { address: client.address });
  const { settings, as, redirectUri } = await connectOidc(ctx);
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const url = new URL(as.authorization_endpoint ?? "");
  const query = {
    client_id: settings.clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: settings.scopes.join(" "),
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return { url: url.href, cookies: [keepFlow(ctx, { state, nonce, codeVerifier, returnTo })] };
}

/** A path and nothing that a browser could read as another host. */
function requireOwnPath(path: string): void {
  if (/^\/(?![/\\])[\x21-\x7e]*$/.test(path) && !path.includes("\\")) return;
  const reason = "`return_to` must be a path of this server, such as `/`.";
  throw new PenstockError("invalid_request", { fields: { reason }, param: "return_to" });
}
