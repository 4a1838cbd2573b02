import { createRoute, z } from "@hono/zod-openapi";
import { completePasswordReset } from "../../services/password-resets/complete.ts";
import { previewPasswordReset } from "../../services/password-resets/preview.ts";
import { clientOf } from "../middleware/client.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import {
  completePasswordResetSchema,
  passwordResetSchema,
  previewPasswordResetSchema,
  toPasswordReset,
} from "../schemas/password-reset.ts";

const tags = ["auth"];
const noQuery = z.strictObject({});

const preview = createRoute({
  method: "post",
  path: "/auth/password-reset/preview",
  summary: "Whose password a link sets",
  description: "A POST, so that the token stands in no log.",
  tags,
  security: [],
  request: { query: noQuery, body: jsonBody(previewPasswordResetSchema) },
  responses: { 200: jsonAnswer(passwordResetSchema, "The account"), default: problemAnswer },
});

const complete = createRoute({
  method: "post",
  path: "/auth/password-reset",
  summary: "Set a new password by a link",
  description: "Ends all sessions of the account; sign in with the new password afterwards.",
  tags,
  security: [],
  request: { query: noQuery, body: jsonBody(completePasswordResetSchema) },
  responses: { 204: { description: "Set" }, default: problemAnswer },
});

/** What the holder of a link for a forgotten password may do; the token is the proof. */
export function passwordResetLinkRoutes() {
  return createRouter()
    .openapi(preview, async (c) => {
      return c.json(
        toPasswordReset(await previewPasswordReset(c.get("anonymous"), c.req.valid("json"))),
        200,
      );
    })
    .openapi(complete, async (c) => {
      const { token, new_password: newPassword } = c.req.valid("json");
      await completePasswordReset(c.get("anonymous"), { token, newPassword, client: clientOf(c) });
      return c.body(null, 204);
    });
}
