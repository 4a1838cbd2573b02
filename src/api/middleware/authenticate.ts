import type { Context, MiddlewareHandler } from "hono";
import { PenstockError } from "../../errors/penstock-error.ts";
import { notFound } from "../../services/access.ts";
import type { Actor } from "../../services/actor.ts";
import { hasSessionCookie } from "../../services/identity/session-cookie.ts";
import { authenticateKey } from "../../services/keys/authenticate.ts";
import { type ServiceContext, withActor } from "../../services/service-context.ts";
import { memberActor } from "../../services/sessions/member-actor.ts";
import { requireSession } from "../../services/sessions/read-session.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { callerOf, clientOf, setCookies } from "./client.ts";
import { requireSameOrigin } from "./same-origin.ts";

/**
 * Lets a live key with the scope `admin` or `read` in, or a session of a member, and binds everything behind it to one org:
 * the key's, or the one that `x-penstock-org` names of the person's, by default their first. Throws `key_missing`,
 * `key_invalid`, `key_scope`, `session_missing`, `cross_site_refused`, and `not_found` for another org.
 */
export function authenticate(services: ServiceContext): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const presented = keyOf(c);
    const actor =
      presented === undefined ? await sessionActor(services, c) : await keyActor(services, presented);
    requireMeantOrg(actor, c.req.header("x-penstock-org"));
    c.set("orgId", actor.orgId);
    c.set("services", withActor(services, actor, callerOf(c)));
    await next();
  };
}

type OrgActor = Extract<Actor, { kind: "key" | "user" }>;

async function keyActor(services: ServiceContext, presented: string): Promise<OrgActor> {
  const { id, name, orgId, scopes } = await authenticateKey(services, { presented, carrier: "header" });
  if (!scopes.includes("admin") && !scopes.includes("read")) {
    throw new PenstockError("key_scope", { fields: { scope: "admin" } });
  }
  return { kind: "key", id, name, orgId, scopes };
}

async function sessionActor(services: ServiceContext, c: Context<ApiEnvironment>): Promise<OrgActor> {
  const client = clientOf(c);
  if (!hasSessionCookie(client.cookie, services.publicUrl)) throw new PenstockError("key_missing");
  requireSameOrigin(c, services.publicUrl);
  const { session, cookies } = await requireSession(services, client);
  setCookies(c, cookies);
  return memberActor(session, c.req.header("x-penstock-org") ?? orgInPath(c.req.path));
}

/** A key has one org: what is meant for another must not be done to it. */
function requireMeantOrg({ orgId }: OrgActor, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== orgId) throw notFound(`organization ${wanted}`);
}

/** What a path says of an org is about that org, whichever is the person's first. */
function orgInPath(path: string): string | undefined {
  return /^\/api\/v1\/orgs\/([^/]+)/.exec(path)?.[1];
}

/** The same places as at the gateway, so that one client configuration serves both. */
function keyOf(c: Context<ApiEnvironment>): string | undefined {
  const header = c.req.header("authorization");
  if (header !== undefined) {
    const value = /^bearer +(\S+) *$/i.exec(header)?.[1];
    if (value === undefined) throw new PenstockError("key_invalid");
    return value;
  }
  return keyHeaders.map((name) => c.req.header(name)).find((given) => given !== undefined);
}

const keyHeaders = ["x-api-key", "api-key", "x-goog-api-key"];
