import type { Authorize, DriverContext, FormField, Misconfiguration } from "../driver.ts";
import { keyPlacementForm, keyPlacementOf } from "../shared/key-placement-form.ts";
import { wrongCredential, wrongOption } from "../shared/misconfigured.ts";
import { textOption } from "../shared/options.ts";
import { apiKeyAuth, placementProblem } from "./api-key.ts";
import type { Auth } from "./auth.ts";
import { bearerToken } from "./bearer-token.ts";
import { codeSignIn } from "./code-sign-in.ts";
import { noAuth } from "./none.ts";
import type { OAuth2Client } from "./oauth2-client.ts";
import { type AwsKey, sigv4 } from "./sigv4.ts";
import { urlOptionProblem } from "./url-option.ts";

const kinds = ["api_key", "oauth2", "aws", "none"] as const;

/** What each kind of sign-in takes; only those of the chosen kind are looked at. */
export const customCredentialForm: readonly FormField[] = [
  { name: "api_key", label: "API key", type: "secret", required: false },
  { name: "client_id", label: "OAuth2 client id", type: "secret", required: false },
  { name: "client_secret", label: "OAuth2 client secret", type: "secret", required: false },
  {
    name: "refresh_token",
    label: "OAuth2 refresh token",
    type: "secret",
    required: false,
    help: "Of a sign-in by authorization code; without it the client asks for itself.",
  },
  { name: "access_key_id", label: "AWS access key id", type: "secret", required: false },
  { name: "secret_access_key", label: "AWS secret access key", type: "secret", required: false },
  { name: "session_token", label: "AWS session token", type: "secret", required: false },
];

export const customAuthForm: readonly FormField[] = [
  {
    name: "auth",
    label: "Sign-in",
    type: "select",
    required: false,
    default: "api_key",
    values: kinds,
    help: "A key in a header or in the query, an OAuth2 client, an AWS signature, or nothing.",
  },
  ...keyPlacementForm,
  { name: "token_url", label: "OAuth2 token URL", type: "url", required: false },
  {
    name: "authorize_url",
    label: "OAuth2 authorization URL",
    type: "url",
    required: false,
    help: "For a sign-in that gives the refresh token.",
  },
  {
    name: "issuer",
    label: "OAuth2 issuer",
    type: "url",
    required: false,
    help: "If the server names itself when you come back from it, it must be this.",
  },
  { name: "scope", label: "OAuth2 scope", type: "text", required: false },
  { name: "audience", label: "OAuth2 audience", type: "text", required: false },
  {
    name: "client_auth",
    label: "OAuth2 client proves itself",
    type: "select",
    required: false,
    default: "post",
    values: ["post", "basic"],
    help: "post: in the body; basic: by HTTP Basic.",
  },
  { name: "region", label: "AWS region", type: "text", required: false },
  { name: "service", label: "AWS service", type: "text", required: false },
];

/** How calls are signed, by whichever kind was chosen. */
export interface CustomAuth extends Auth {
  readonly authorize?: Authorize;
}

function kindOf(context: DriverContext): (typeof kinds)[number] | undefined {
  const chosen = textOption(context, "auth", "") || "api_key";
  return kinds.find((kind) => kind === chosen);
}

/** What the chosen kind lacks; undefined when it is complete. */
export function customAuthProblem(context: DriverContext): Misconfiguration | undefined {
  switch (kindOf(context)) {
    case "api_key":
      return missing(context, ["api_key"]) ?? placementProblem(keyPlacementOf(context));
    case "oauth2": {
      const isBasic = textOption(context, "client_auth", "post") === "basic";
      const secret = isBasic || context.credential.refresh_token === undefined ? ["client_secret"] : [];
      return missing(context, ["client_id", ...secret]) ?? urlOptionProblem(context, "token_url");
    }
    case "aws":
      return missing(context, ["access_key_id", "secret_access_key"]) ?? scopeProblem(context);
    case "none":
      return undefined;
    case undefined:
      return wrongOption("auth", `must be one of ${kinds.join(", ")}`);
  }
}

/** For providers whose kind is `oauth2`. */
export const customSignIn = codeSignIn({
  problem: (context) =>
    kindOf(context) === "oauth2"
      ? (missing(context, ["client_id"]) ?? urlOptionProblem(context, "token_url"))
      : wrongOption("auth", "must be oauth2"),
  client: clientOf,
});

function missing({ credential }: DriverContext, names: readonly string[]): Misconfiguration | undefined {
  const name = names.find((each) => (credential[each]?.reveal() ?? "") === "");
  return name === undefined ? undefined : wrongCredential(name, "is missing");
}

function scopeProblem(context: DriverContext): Misconfiguration | undefined {
  const bad = ["region", "service"].find((name) => !/^[a-z0-9-]{2,40}$/.test(textOption(context, name, "")));
  return bad === undefined ? undefined : wrongOption(bad, "is missing or not of its form");
}

/** The chosen kind, ready to sign with; `customAuthProblem` has found nothing. */
export function customAuth(context: DriverContext): CustomAuth {
  const { credential } = context;
  switch (kindOf(context)) {
    case "api_key":
      return apiKeyAuth(credential.api_key, keyPlacementOf(context));
    case "oauth2":
      return { ...noAuth, authorize: bearerToken(clientOf(context), context.tokens) };
    case "aws": {
      const key = awsKeyOf(context);
      const scope = {
        region: textOption(context, "region", ""),
        service: textOption(context, "service", ""),
      };
      return key === undefined ? noAuth : { ...noAuth, authorize: sigv4({ key, scope }) };
    }
    case "none":
    case undefined:
      return noAuth;
  }
}

function awsKeyOf({ credential }: DriverContext): AwsKey | undefined {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token } = credential;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: session_token };
}

function clientOf(context: DriverContext): OAuth2Client {
  const { client_id, client_secret, refresh_token } = context.credential;
  const set = (name: string) => textOption(context, name, "") || undefined;
  return {
    tokenUrl: textOption(context, "token_url", ""),
    clientId: client_id?.reveal() ?? "",
    clientSecret: client_secret,
    clientAuth: set("client_auth") === "basic" ? "basic" : "post",
    grant:
      refresh_token === undefined
        ? { type: "client_credentials" }
        : { type: "refresh_token", refreshToken: refresh_token },
    scope: set("scope"),
    audience: set("audience"),
  };
}
