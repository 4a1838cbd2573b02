import * as oauth from "oauth4webapi";
import type { OidcSettings } from "../../identity/oidc-settings.ts";
import type { ServiceContext } from "../../service-context.ts";

/** How calls to the OIDC server leave: under the egress policy, bounded in time. */
export interface OidcRequestOptions {
  readonly [oauth.customFetch]: (
    url: string,
    init: oauth.CustomFetchOptions<"GET" | "POST", URLSearchParams | undefined>,
  ) => Promise<Response>;
  readonly [oauth.allowInsecureRequests]: boolean;
}

const timeoutMs = 10_000;

export function oidcRequestOptions(ctx: ServiceContext, settings: OidcSettings): OidcRequestOptions {
  return {
    [oauth.customFetch]: (url, { headers, method, body, signal }) =>
      ctx.driverFetch(url, {
        headers,
        method,
        // Undefined by its types, null in fact.
        ...(body && { body: body.toString() }),
        signal: signal ?? AbortSignal.timeout(timeoutMs),
      }),
    // The settings let http through on this machine only.
    [oauth.allowInsecureRequests]: settings.issuer.startsWith("http:"),
  };
}
