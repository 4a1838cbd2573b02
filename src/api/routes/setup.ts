import { createRoute, z } from "@hono/zod-openapi";
import { completeSetup } from "../../services/bootstrap/complete-setup.ts";
import { verifySetupToken } from "../../services/bootstrap/verify-setup-token.ts";
import type { ApiOptions } from "../api-options.ts";
import { anonymous } from "../middleware/anonymous.ts";
import { clientOf, setCookies } from "../middleware/client.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import { sessionSchema, setupSchema, toSession } from "../schemas/session.ts";
import { setupDonePage, setupPage, setupRefusedPage } from "../setup-page.ts";
import { allowForm, readLinkForm, refusalOf, sentenceOf } from "./link-form.ts";

/** The page behind the first start's one-time link; anybody without its token learns nothing. */
export function setupPageRoutes(options: ApiOptions) {
  return createRouter()
    .use("/setup", anonymous(options.services))
    .get("/setup", async (c) => {
      const token = c.req.query("token") ?? "";
      allowForm(c);
      const valid = token !== "" && (await verifySetupToken(c.get("anonymous"), { token }));
      return valid ? c.html(setupPage({ token })) : c.html(setupRefusedPage(), 403);
    })
    .post("/setup", async (c) => {
      const { token, email = "", name = "", password = "" } = await readLinkForm(c);
      allowForm(c);
      try {
        const account = { token, email, name, password, client: clientOf(c) };
        const { session, cookies } = await completeSetup(c.get("anonymous"), account);
        setCookies(c, cookies);
        return c.html(setupDonePage({ ...options, email: session.user.email }));
      } catch (thrown) {
        const error = refusalOf(thrown);
        if (error.code === "link_invalid") return c.html(setupRefusedPage(), 403);
        const filled = { email, name };
        return c.html(
          setupPage({ token, problem: sentenceOf(error), filled }),
          error.status === 429 ? 429 : 422,
        );
      }
    });
}

const complete = createRoute({
  method: "post",
  path: "/setup",
  summary: "Make the owner's account with the first start's token",
  description: "Works once. The owner is the instance's operator, too.",
  tags: ["auth"],
  security: [],
  request: { query: z.strictObject({}), body: jsonBody(setupSchema) },
  responses: { 201: jsonAnswer(sessionSchema, "Made and signed in"), default: problemAnswer },
});

/** The same for programs. */
export function setupRoutes() {
  return createRouter().openapi(complete, async (c) => {
    const input = { ...c.req.valid("json"), client: clientOf(c) };
    const { session, cookies } = await completeSetup(c.get("anonymous"), input);
    setCookies(c, cookies);
    return c.json(toSession(session), 201);
  });
}
