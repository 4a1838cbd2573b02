import type { MiddlewareHandler } from "hono";
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
