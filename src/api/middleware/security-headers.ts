import type { MiddlewareHandler } from "hono";
import type { ApiEnvironment } from "../api-environment.ts";

/** No caching, no framing, no sniffing, and no script of any kind, since nothing here needs one. No CORS on purpose. */
export const securityHeaders: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
  c.header("cache-control", "no-store");
  c.header("x-content-type-options", "nosniff");
  c.header("x-frame-options", "DENY");
  c.header("referrer-policy", "no-referrer");
  c.header("cross-origin-resource-policy", "same-origin");
  c.header(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  await next();
};
