import type { MiddlewareHandler } from "hono";
import { PenstockError } from "../../errors/penstock-error.ts";
import { hasSessionCookie } from "../../services/identity/session-cookie.ts";
import { type ServiceContext, withActor } from "../../services/service-context.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { callerOf } from "./client.ts";
import { requireSameOrigin } from "./same-origin.ts";

/** For routes that need no proof, or ask for it themselves: sign-in, a person's own account, setup and invitation links. */
export function anonymous(services: ServiceContext): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    requireSameOrigin(c, services.publicUrl);
    c.set("anonymous", withActor(services, services.actor, callerOf(c)));
    await next();
  };
}

/** For a person's own account: whoever bears no session is told so before anything else. The verbs look whether it lives. */
export function bearsSession(services: ServiceContext): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    if (!hasSessionCookie(c.req.header("cookie"), services.publicUrl))
      throw new PenstockError("session_missing");
    await next();
  };
}
