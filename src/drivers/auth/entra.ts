import type { Authorize, DriverContext, FormField, Misconfiguration } from "../driver.ts";
import { wrongCredential, wrongCredentials, wrongOption } from "../shared/misconfigured.ts";
import { textOption } from "../shared/options.ts";
import { apiKeyAuth } from "./api-key.ts";
import { bearerToken } from "./bearer-token.ts";

/** An API key of the resource, or an application registered in Microsoft Entra ID. */
export const entraCredentialForm: readonly FormField[] = [
  { name: "api_key", label: "API key", type: "secret", required: false },
  {
    name: "tenant_id",
    label: "Entra tenant id",
    type: "secret",
    required: false,
    help: "With a client id and secret, instead of an API key.",
  },
  { name: "client_id", label: "Entra client id", type: "secret", required: false },
  { name: "client_secret", label: "Entra client secret", type: "secret", required: false },
];

/** The clouds' sign-in hosts: a client's secret goes to no other. Source: Microsoft identity platform, national clouds. */
const authorities = [
  "login.microsoftonline.com",
  "login.microsoftonline.us",
  "login.partner.microsoftonline.cn",
  "login.chinacloudapi.cn",
] as const;

const defaultScope = "https://cognitiveservices.azure.com/.default";

export const entraOptionForm: readonly FormField[] = [
  {
    name: "authority",
    label: "Entra sign-in host",
    type: "select",
    required: false,
    default: authorities[0],
    values: authorities,
  },
  {
    name: "scope",
    label: "Entra scope",
    type: "text",
    required: false,
    default: defaultScope,
    help: "Newer resources may want https://ai.azure.com/.default instead.",
  },
];

const entraFields = ["tenant_id", "client_id", "client_secret"] as const;

/** Why neither of the two ways to sign in is complete, or which option is not of its form; undefined when all is well. */
export function entraProblem(context: DriverContext): Misconfiguration | undefined {
  const { credential } = context;
  const set = entraFields.filter((name) => credential[name] !== undefined);
  if (credential.api_key !== undefined) {
    return set.length === 0
      ? undefined
      : wrongCredentials("both `api_key` and an Entra client are set: keep one of them");
  }
  if (set.length === 0) {
    return wrongCredentials(
      "the credential needs `api_key`, or `tenant_id` with `client_id` and `client_secret`",
    );
  }
  for (const name of entraFields) {
    if ((credential[name]?.reveal() ?? "") === "") return wrongCredential(name, "is missing");
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]{0,127}$/.test(credential.tenant_id?.reveal() ?? ""))
    return wrongCredential("tenant_id", "must be a tenant's id or domain");
  if (!authorities.some((host) => host === authorityOf(context)))
    return wrongOption("authority", `must be one of ${authorities.join(", ")}`);
  return /^[\x21-\x7e]+$/.test(scopeOf(context)) ? undefined : wrongOption("scope", "must be one scope");
}

/** How calls are signed: a key in a header of its own, or a token got for it. Never both. */
export interface EntraAuth {
  readonly headers: Readonly<Record<string, string>>;
  readonly authorize?: Authorize;
}

/** The way to sign in that the credential is complete for. */
export function entraAuth(context: DriverContext): EntraAuth {
  const { api_key, tenant_id, client_id, client_secret } = context.credential;
  if (tenant_id === undefined || client_id === undefined || client_secret === undefined) {
    return { headers: apiKeyAuth(api_key, { in: "header", name: "api-key", prefix: "" }).headers };
  }
  const tenant = encodeURIComponent(tenant_id.reveal());
  const authorize = bearerToken({
    tokenUrl: `https://${authorityOf(context)}/${tenant}/oauth2/v2.0/token`,
    clientId: client_id.reveal(),
    clientSecret: client_secret,
    clientAuth: "post",
    grant: { type: "client_credentials" },
    scope: scopeOf(context),
  });
  return { headers: {}, authorize };
}

function authorityOf(context: DriverContext): string {
  return textOption(context, "authority", "") || authorities[0];
}

function scopeOf(context: DriverContext): string {
  return textOption(context, "scope", "") || defaultScope;
}
