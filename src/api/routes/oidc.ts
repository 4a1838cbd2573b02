import { createRoute, z } from "@hono/zod-openapi";
import { completeOidc } from "../../services/sessions/oidc/complete.ts";
import { startOidc } from "../../services/sessions/oidc/start.ts";
import { clientOf, setCookies } from "../middleware/client.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, problemAnswer } from "../schemas/common.ts";

const tags = ["auth"];

const list = createRoute({
  method: "get",
  path: "/auth/oidc",
  summary: "The OIDC sign-ins there are",
  tags,
  security: [],
  request: { query: z.strictObject({}) },
  responses: {
    200: jsonAnswer(
      z.object({
        data: z.array(z.object({ label: z.string(), url: z.string().describe("Where a browser begins") })),
        next_cursor: z.null(),
      }),
      "None or one",
    ),
    default: problemAnswer,
  },
});

const start = createRoute({
  method: "get",
  path: "/auth/oidc/start",
  summary: "Sign in by OIDC, in a browser",
  tags,
  security: [],
  request: {
    query: z.strictObject({
      return_to: z.string().max(2000).optional().describe("A path of this server, for afterwards"),
    }),
  },
  responses: { 302: { description: "To the OIDC server" }, default: problemAnswer },
});

const callback = createRoute({
  method: "get",
  path: "/auth/oidc/callback",
  summary: "Where the OIDC server sends the browser back",
  tags,
  security: [],
  // The server's own parameters, of which there may be more; the library looks at all of them.
  request: {
    query: z.object({ code: z.string().max(4000).optional(), state: z.string().max(400).optional() }),
  },
  responses: { 302: { description: "Signed in" }, default: problemAnswer },
});

/** Sign-in by the operator's OIDC server. */
export function oidcRoutes() {
  return createRouter()
    .openapi(list, (c) => {
      const { oidc, publicUrl } = c.get("anonymous");
      const url = `${publicUrl}/api/v1/auth/oidc/start`;
      return c.json({ data: oidc === undefined ? [] : [{ label: oidc.label, url }], next_cursor: null }, 200);
    })
    .openapi(start, async (c) => {
      const { return_to: returnTo } = c.req.valid("query");
      const { url, cookies } = await startOidc(c.get("anonymous"), { returnTo, client: clientOf(c) });
      setCookies(c, cookies);
      return c.redirect(url, 302);
    })
    .openapi(callback, async (c) => {
      const query = new URL(c.req.url).searchParams;
      const { returnTo, cookies } = await completeOidc(c.get("anonymous"), { query, client: clientOf(c) });
      setCookies(c, cookies);
      return c.redirect(returnTo, 302);
    });
}
