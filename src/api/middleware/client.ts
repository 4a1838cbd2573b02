import type { Context } from "hono";
import type { Client } from "../../services/identity/client.ts";
import type { Caller } from "../../services/service-context.ts";
import type { ApiEnvironment } from "../api-environment.ts";

/** Who is at the other end, for sessions. */
export function clientOf(c: Context<ApiEnvironment>): Client {
  return { cookie: c.req.header("cookie"), userAgent: c.req.header("user-agent"), address: c.env?.address };
}

/** The request, for the audit log. */
export function callerOf(c: Context<ApiEnvironment>): Caller {
  return { requestId: c.get("requestId"), address: c.env?.address };
}

/** Passes `set-cookie` values on as they are. */
export function setCookies(c: Context<ApiEnvironment>, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header("set-cookie", cookie, { append: true });
}
