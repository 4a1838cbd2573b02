import type { Context, MiddlewareHandler } from "hono";
import type { Precondition } from "../../services/precondition.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { matchesAny, revisionsOf, toEtag } from "../etag.ts";
import type { Definitions } from "../find-route.ts";
import { answersResource, isConditional } from "../operation-facts.ts";
import { unprocessableRequest } from "../problem/validation-hook.ts";

/**
 * Entity tags (RFC 9110): every answer that is one resource gets an `etag`, a GET whose client has it already is a 304, and
 * what a change presumes is handed to its verb. Preconditions that nobody would look at are refused, not passed over.
 */
export function conditional(definitions: () => Definitions): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const route = c.get("route");
    const reads = c.req.method === "GET" || c.req.method === "HEAD";
    if (!reads) {
      const precondition = preconditionOf(c);
      if (precondition !== undefined) {
        if (route === undefined || !isConditional(definitions(), route)) throw unsupported(c);
        c.set("services", { ...c.get("services"), precondition });
      }
    }
    await next();
    if (route === undefined || !answersResource(route) || ![200, 201].includes(c.res.status)) return;
    const body = await c.res.clone().text();
    const etag = etagOf(body);
    if (etag === undefined) return;
    c.res.headers.set("etag", etag);
    const known = c.req.header("if-none-match");
    if (reads && known !== undefined && matchesAny(known, etag)) {
      const { headers } = c.res;
      headers.delete("content-type");
      c.res = undefined;
      c.res = new Response(null, { status: 304, headers });
    }
  };
}

function etagOf(body: string): string | undefined {
  const { updated_at: updatedAt }: { updated_at?: unknown } = JSON.parse(body);
  return typeof updatedAt === "string" ? toEtag(Date.parse(updatedAt), body) : undefined;
}

function preconditionOf(c: Context<ApiEnvironment>): Precondition | undefined {
  const ifMatch = c.req.header("if-match");
  const ifNoneMatch = c.req.header("if-none-match");
  if (ifMatch !== undefined) {
    const revisions = revisionsOf(ifMatch);
    if (revisions === undefined) throw bad("if-match", 'must be entity tags such as `"abc.def"`, or `*`');
    return revisions === "*" ? { kind: "present" } : { kind: "revision", revisions };
  }
  if (ifNoneMatch === undefined) return undefined;
  if (ifNoneMatch.trim() !== "*" || c.req.method !== "PUT") {
    throw bad("if-none-match", "is for reading; on PUT it may be `*`: only if there is none yet");
  }
  return { kind: "absent" };
}

function unsupported(c: Context<ApiEnvironment>) {
  const name = c.req.header("if-match") === undefined ? "if-none-match" : "if-match";
  return bad(name, "has no meaning here: this changes no single resource");
}

function bad(name: string, message: string) {
  return unprocessableRequest([{ path: `header ${name}`, message }]);
}
