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
    if (route !== undefined && !takesJson(c.req.header("accept"))) throw new PenstockError("not_acceptable");
    await next();
  };
}

function takesJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === "") return true;
  return accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    return offered.includes(type) && !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter));
  });
}
