import { createRoute, z } from "@hono/zod-openapi";
import { beginNewProviderSignIn, beginProviderSignIn } from "../../services/oauth/begin-provider-sign-in.ts";
import { createRouter } from "../router.ts";
import { flagQuery, idParams, jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import { begunSignInSchema, returnTo, toBegunSignIn } from "../schemas/connection.ts";
import { createProviderSchema, fromProviderBody } from "../schemas/provider.ts";

const tags = ["providers"];
const security = [{ session: [] }];

const authorizeNew = createRoute({
  method: "post",
  path: "/providers/oauth/authorize",
  summary: "Begin to register a provider by signing in at its vendor",
  description:
    "The body is that of a registration, without what the sign-in fills. It is saved when the browser comes back.",
  tags,
  security,
  request: {
    query: z.strictObject({ discover: flagQuery.describe("Ask the vendor for its models after saving") }),
    body: jsonBody(createProviderSchema.extend({ return_to: returnTo }).openapi("ProviderSignIn")),
  },
  responses: {
    200: jsonAnswer(begunSignInSchema, "Send the browser to `authorize_url`"),
    default: problemAnswer,
  },
});

const authorize = createRoute({
  method: "get",
  path: "/providers/{id}/oauth/authorize",
  summary: "Sign a provider in at its vendor, in a browser",
  tags,
  security,
  request: { params: idParams, query: z.strictObject({ return_to: returnTo }) },
  responses: { 302: { description: "To the vendor" }, default: problemAnswer },
});

/** Providers whose vendor gives the credential itself. */
export function providerSignInRoutes() {
  return createRouter()
    .openapi(authorizeNew, async (c) => {
      const { return_to, ...body } = c.req.valid("json");
      const provider = { ...fromProviderBody(body), ...c.req.valid("query") };
      const input = { orgId: c.get("orgId"), provider, returnTo: return_to };
      return c.json(toBegunSignIn(await beginNewProviderSignIn(c.get("services"), input)), 200);
    })
    .openapi(authorize, async (c) => {
      const { authorizeUrl } = await beginProviderSignIn(c.get("services"), {
        orgId: c.get("orgId"),
        providerId: c.req.valid("param").id,
        returnTo: c.req.valid("query").return_to,
      });
      return c.redirect(authorizeUrl, 302);
    });
}
