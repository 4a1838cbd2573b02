import type { Context, MiddlewareHandler } from "hono";
import { beginRequest } from "../../services/idempotency/begin.ts";
import { endRequest, holdRequest } from "../../services/idempotency/end.ts";
import type { KeptAnswer } from "../../services/idempotency/kept-answer.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { isRepeatable } from "../operation-facts.ts";
import { unprocessableRequest } from "../problem/validation-hook.ts";

/** The headers that belong to the answer itself; the others are made anew for each request. */
const keptHeaders = ["content-type", "etag", "allow", "www-authenticate"];

/**
 * `idempotency-key` on POST: what was done once is answered again, not done again. Other methods are idempotent by
 * themselves, so that the header changes nothing there.
 */
export const idempotency: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
  const key = c.req.header("idempotency-key");
  const route = c.get("route");
  if (key === undefined || route === undefined || !isRepeatable(route)) return next();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = "must be 1 to 255 visible ASCII characters";
    throw unprocessableRequest([{ path: "header idempotency-key", message }]);
  }
  const services = c.get("services");
  const begun = await beginRequest(services, { orgId: c.get("orgId"), key, content: await contentOf(c) });
  if ("answer" in begun) return replay(c, begun.answer);
  const stop = holdRequest(services, begun.claim);
  try {
    await next();
    await endRequest(services, begun.claim, await answerOf(c.res));
  } finally {
    stop();
  }
};

async function contentOf(c: Context<ApiEnvironment>): Promise<string> {
  const { pathname, search } = new URL(c.req.url);
  return JSON.stringify([c.req.method, pathname, search, await c.req.text()]);
}

async function answerOf(response: Response): Promise<KeptAnswer> {
  const headers = keptHeaders.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    status: response.status,
    headers: Object.fromEntries(headers),
    body: await response.clone().text(),
  };
}

function replay(c: Context<ApiEnvironment>, { status, headers, body }: KeptAnswer): Response {
  const template = new Response(null, { status, headers });
  template.headers.set("idempotent-replayed", "true");
  return c.newResponse(body === "" ? null : body, template);
}
