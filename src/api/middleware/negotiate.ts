import type { RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { PenstockError } from "../../errors/penstock-error.ts";
import { allowedMethods } from "../allowed-methods.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { type Definitions, findRoute } from "../find-route.ts";

const offered = ["application/json", "application/problem+json", "application/*", "*/*"];

/**
 * For everything below `/api/v1`: finds the route of the contract, answers OPTIONS by it, and refuses a client that would
 * take no JSON. `definitions` is asked each time, since routes are added after this.
 */
export function negotiate(definitions: () => Definitions): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const { method, path } = c.req;
    const route = findRoute(definitions(), { method, path });
    c.set("route", route);
    if (method === "OPTIONS") {
      const allowed = allowedMethods(definitions(), path);
      if (allowed.length > 0) return c.body(null, 204, { allow: allowed.join(", ") });
    }
    if (route !== undefined && !takesAnswer(c.req.header("accept"), route)) {
      throw new PenstockError("not_acceptable");
    }
    await next();
  };
}

/** JSON, or what else the route can answer with. */
function takesAnswer(accept: string | undefined, route: RouteConfig): boolean {
  if (accept === undefined || accept.trim() === "") return true;
  const types = new Set([...offered, ...otherTypes(route)]);
  return accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    return types.has(type) && !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter));
  });
}

function otherTypes({ responses }: RouteConfig): string[] {
  const ok = responses["200"];
  return ok !== undefined && "content" in ok ? Object.keys(ok.content ?? {}) : [];
}
