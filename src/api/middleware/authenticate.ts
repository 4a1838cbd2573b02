import type { Context, MiddlewareHandler } from "hono";
import { PenstockError } from "../../errors/penstock-error.ts";
import { authenticateKey } from "../../services/keys/authenticate.ts";
import { type ServiceContext, withActor } from "../../services/service-context.ts";
import type { ApiEnvironment } from "../api-environment.ts";

/**
 * Lets a live key with the scope `admin` or `read` in, and binds everything behind it to that key's org.
 * Throws `key_missing`, `key_invalid` or `key_scope`.
 */
export function authenticate(services: ServiceContext): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const presented = keyOf(c);
    const key = await authenticateKey(services, { presented, carrier: "header" });
    const { id, name, orgId, scopes } = key;
    if (!scopes.includes("admin") && !scopes.includes("read")) {
      throw new PenstockError("key_scope", { fields: { scope: "admin" } });
    }
    c.set("orgId", orgId);
    const actor = { kind: "key", id, name, orgId, scopes } as const;
    c.set("services", withActor(services, actor, { requestId: c.get("requestId"), address: undefined }));
    await next();
  };
}

/** The same places as at the gateway, so that one client configuration serves both. */
function keyOf(c: Context<ApiEnvironment>): string {
  const header = c.req.header("authorization");
  if (header !== undefined) {
    const value = /^bearer +(\S+) *$/i.exec(header)?.[1];
    if (value === undefined) throw new PenstockError("key_invalid");
    return value;
  }
  const value = keyHeaders.map((name) => c.req.header(name)).find((given) => given !== undefined);
  if (value === undefined) throw new PenstockError("key_missing");
  return value;
}

const keyHeaders = ["x-api-key", "api-key", "x-goog-api-key"];
