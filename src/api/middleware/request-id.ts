import type { MiddlewareHandler } from "hono";
import type { ServiceContext } from "../../services/service-context.ts";
import type { ApiEnvironment } from "../api-environment.ts";

/** Gives every request an id, which errors and logs repeat. */
export function requestId(newId: ServiceContext["newId"]): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const id = newId("req");
    c.set("requestId", id);
    c.header("x-penstock-request-id", id);
    await next();
  };
}
