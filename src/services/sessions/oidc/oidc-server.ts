import * as oauth from "oauth4webapi";
import { PenstockError } from "../../../errors/penstock-error.ts";
import type { OidcSettings } from "../../identity/oidc-settings.ts";
import type { ServiceContext } from "../../service-context.ts";
import { type OidcRequestOptions, oidcRequestOptions } from "./oidc-request.ts";

/** The configured OIDC server, discovered, and us as its client. */
export interface OidcServer {
  readonly settings: OidcSettings;
  readonly as: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly auth: oauth.ClientAuth;
  readonly redirectUri: string;
  readonly options: OidcRequestOptions;
}

const discoveredForMs = 60 * 60 * 1000;
const discovered = new WeakMap<
  OidcSettings,
  { readonly as: oauth.AuthorizationServer; readonly until: number }
>();

/** Throws `not_found` when no OIDC server is configured, and `oidc_failed` when it cannot be asked. */
export async function connectOidc(ctx: ServiceContext): Promise<OidcServer> {
  const settings = requireOidc(ctx);
  const options = oidcRequestOptions(ctx, settings);
  const as = await tellOidcFailure(ctx, {
    reason: "its server cannot be asked",
    step: () => discover(ctx, { settings, options }),
  });
  const { clientId, clientSecret } = settings;
  return {
    settings,
    as,
    client: { client_id: clientId },
    auth: authOf(as, clientSecret?.reveal()),
    redirectUri: `${ctx.publicUrl}/api/v1/auth/oidc/callback`,
    options,
  };
}

export function requireOidc(ctx: ServiceContext): OidcSettings {
  if (ctx.oidc === undefined)
    throw new PenstockError("not_found", { fields: { what: "no OIDC sign-in is configured" } });
  return ctx.oidc;
}

/** Runs a step; whatever the server or the library says becomes `oidc_failed` with our own words, the rest is for the log. */
export async function tellOidcFailure<T>(
  ctx: ServiceContext,
  { reason, step }: { readonly reason: string; readonly step: () => Promise<T> },
): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    ctx.log({ level: "warn", event: "oidc_failed", fields: { reason }, cause });
    throw new PenstockError("oidc_failed", { fields: { issuer: ctx.oidc?.label ?? "OIDC", reason }, cause });
  }
}

async function discover(
  ctx: ServiceContext,
  { settings, options }: { readonly settings: OidcSettings; readonly options: OidcRequestOptions },
): Promise<oauth.AuthorizationServer> {
  const known = discovered.get(settings);
  if (known !== undefined && known.until > ctx.now()) return known.as;
  const issuer = new URL(settings.issuer);
  const response = await oauth.discoveryRequest(issuer, { ...options, algorithm: "oidc" });
  const as = await oauth.processDiscoveryResponse(issuer, response);
  discovered.set(settings, { as, until: ctx.now() + discoveredForMs });
  return as;
}

/** Basic unless the server takes only the body; a public client proves itself by PKCE alone. */
function authOf(as: oauth.AuthorizationServer, secret: string | undefined): oauth.ClientAuth {
  if (secret === undefined) return oauth.None();
  const methods = as.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  return methods.includes("client_secret_basic")
    ? oauth.ClientSecretBasic(secret)
    : oauth.ClientSecretPost(secret);
}
