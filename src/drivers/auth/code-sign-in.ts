import { PenstockError } from "../../errors/penstock-error.ts";
import type { DriverContext, Misconfiguration } from "../driver.ts";
import { textOption } from "../shared/options.ts";
import type { OAuth2Client } from "./oauth2-client.ts";
import { authorizeUrlOf, exchangeCode } from "./pkce.ts";
import type { SignIn } from "./sign-in.ts";
import { urlOptionProblem } from "./url-option.ts";

/** A provider whose admin says where to sign in and as which client. */
export interface CodeSignInOptions {
  /** Why the provider is not set up for OAuth2; undefined when it is. */
  readonly problem: (context: DriverContext) => Misconfiguration | undefined;
  readonly client: (context: DriverContext) => OAuth2Client;
}

/** Sign-in by authorization code; the refresh token becomes the credential. */
export function codeSignIn({ problem, client }: CodeSignInOptions): SignIn {
  const pageOf = (context: DriverContext) => textOption(context, "authorize_url", "");
  return {
    fills: ["refresh_token"],
    problem: (context) => problem(context) ?? urlOptionProblem(context, "authorize_url"),
    authorizeUrl(context, request) {
      const { clientId, scope } = client(context);
      return authorizeUrlOf({ authorizeUrl: pageOf(context), clientId, scope, ...request });
    },
    issuer: (context) => textOption(context, "issuer", "") || undefined,
    async exchange(context, code) {
      const tokens = await exchangeCode({ client: client(context), ...code });
      if (tokens.refreshToken !== undefined)
        return { credential: { refresh_token: tokens.refreshToken }, tokens };
      const reason =
        "the authorization server gave no refresh token (some want a scope like `offline_access` for it)";
      throw new PenstockError("provider_misconfigured", { fields: { reason } });
    },
  };
}
