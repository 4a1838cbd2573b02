import type { Context } from "hono";
import { PenstockError } from "../../errors/penstock-error.ts";
import { hasSessionCookie } from "../../services/identity/session-cookie.ts";
import type { ApiEnvironment } from "../api-environment.ts";

const safe = ["GET", "HEAD", "OPTIONS"];

/**
 * Refuses what another site makes a browser send. Browsers say where a request comes from by `Sec-Fetch-Site`, without TLS
 * by `Origin` only; a request that says neither is no browser's, and is refused if it bears a session nevertheless.
 */
export function requireSameOrigin(c: Context<ApiEnvironment>, publicUrl: string): void {
  if (safe.includes(c.req.method)) return;
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const own =
    site !== undefined
      ? site === "same-origin" || site === "none"
      : origin !== undefined
        ? isOwn(origin, { publicUrl, host: c.req.header("host") })
        : !hasSessionCookie(c.req.header("cookie"), publicUrl);
  if (!own) throw new PenstockError("cross_site_refused");
}

/** A page cannot choose the `host` header of its requests, so one that agrees with its origin is its own. */
function isOwn(
  origin: string,
  { publicUrl, host }: { readonly publicUrl: string; readonly host: string | undefined },
): boolean {
  const url = URL.parse(origin);
  return url !== null && (url.origin === new URL(publicUrl).origin || url.host === host);
}
