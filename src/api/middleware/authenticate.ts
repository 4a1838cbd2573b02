import type { MiddlewareHandler } from "hono";
import { PenstockError } from "../../errors/penstock-error.ts";
import { authenticateKey } from "../../services/keys/authenticate.ts";
import { type ServiceContext, withActor } from "../../services/service-context.ts";
import type { ApiEnvironment } from "../api-environment.ts";

/**
 * Lets a live key with the scope `admin` in, and binds everything behind it to that key's org.
 * Throws `key_missing`, `key_invalid` or `key_scope`.
 */
export function authenticate(services: ServiceContext): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const presented = bearer(c.req.header("authorization"));
    const key = await authenticateKey(services, { presented, carrier: "header" });
    if (!key.scopes.includes("admin")) throw new PenstockError("key_scope", { fields: { scope: "admin" } });
    const { name, orgId, scopes } = key;
    c.set("orgId", orgId);
    c.set("services", withActor(services, { kind: "key", name, orgId, scopes }));
    await next();
  };
}

function bearer(header: string | undefined): string {
  const value = /^bearer +(\S+) *$/i.exec(header ?? "")?.[1];
  if (value === undefined) throw new PenstockError(header ? "key_invalid" : "key_missing");
  return value;
}
