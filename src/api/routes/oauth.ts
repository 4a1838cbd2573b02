import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type PenstockError, toPenstockError } from "../../errors/penstock-error.ts";
import { finishSignIn } from "../../services/oauth/finish-sign-in.ts";
import { withQuery } from "../../services/oauth/return-path.ts";
import { requireSession } from "../../services/sessions/read-session.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { callerOf, clientOf, setCookies } from "../middleware/client.ts";
import { createRouter } from "../router.ts";
import { problemAnswer } from "../schemas/common.ts";
import { signedInPage, signInFailedPage } from "../sign-in-page.ts";

const callback = createRoute({
  method: "get",
  path: "/oauth/callback",
  summary: "Where services send the browser back after a sign-in",
  tags: ["connections"],
  security: [{ session: [] }],
  // The service's own parameters, of which there may be more; all of them are looked at.
  request: {
    query: z.object({ code: z.string().max(4096).optional(), state: z.string().max(400).optional() }),
  },
  responses: {
    200: { content: { "text/html": { schema: z.string() } }, description: "Signed in" },
    302: { description: "Signed in; to where the sign-in was to return" },
    default: problemAnswer,
  },
});

/** The end of every sign-in at a service. The session is looked at here, since its org is that of the sign-in. */
export function oauthRoutes() {
  return createRouter().openapi(callback, async (c) => {
    const ctx = c.get("anonymous");
    try {
      const { session, cookies } = await requireSession(ctx, clientOf(c));
      setCookies(c, cookies);
      const query = new URL(c.req.url).searchParams;
      const finished = await finishSignIn(ctx, { session, query, caller: callerOf(c) });
      const { kind, id, returnTo } = finished;
      if (returnTo === undefined) return c.html(signedInPage(kind), 200);
      return c.redirect(withQuery(returnTo, { [kind]: id }), 302);
    } catch (thrown) {
      const error = toPenstockError(thrown);
      // What is not the person's to mend goes the way of all errors, into the log.
      if (error.code === "internal" || !wantsPage(c)) throw thrown;
      return pageOf(c, error);
    }
  });
}

function wantsPage(c: Context<ApiEnvironment>): boolean {
  return c.req.header("accept")?.includes("text/html") === true;
}

function pageOf(c: Context<ApiEnvironment>, error: PenstockError): Response {
  c.header("content-type", "text/html; charset=UTF-8");
  return c.newResponse(signInFailedPage(error), new Response(null, { status: error.status }));
}
