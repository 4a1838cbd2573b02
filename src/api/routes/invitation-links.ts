import { createRoute, z } from "@hono/zod-openapi";
import { acceptInvitation } from "../../services/invitations/accept.ts";
import { previewInvitation } from "../../services/invitations/preview.ts";
import { clientOf, setCookies } from "../middleware/client.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import {
  acceptInvitationSchema,
  invitationPreviewSchema,
  previewInvitationSchema,
  toInvitationPreview,
} from "../schemas/invitation.ts";
import { sessionSchema, toSession } from "../schemas/session.ts";

const tags = ["invitations"];
const noQuery = z.strictObject({});

const preview = createRoute({
  method: "post",
  path: "/invitations/preview",
  summary: "What an invitation's link offers",
  description: "A POST, so that the token stands in no log.",
  tags,
  security: [],
  request: { query: noQuery, body: jsonBody(previewInvitationSchema) },
  responses: { 200: jsonAnswer(invitationPreviewSchema, "The offer"), default: problemAnswer },
});

const accept = createRoute({
  method: "post",
  path: "/invitations/accept",
  summary: "Accept an invitation",
  tags,
  security: [],
  request: { query: noQuery, body: jsonBody(acceptInvitationSchema) },
  responses: { 200: jsonAnswer(sessionSchema, "Joined and signed in"), default: problemAnswer },
});

/** What the holder of an invitation's link may do; the token is the proof. */
export function invitationLinkRoutes() {
  return createRouter()
    .openapi(preview, async (c) => {
      const offer = await previewInvitation(c.get("anonymous"), c.req.valid("json"));
      return c.json(toInvitationPreview(offer), 200);
    })
    .openapi(accept, async (c) => {
      const signedIn = await acceptInvitation(c.get("anonymous"), {
        ...c.req.valid("json"),
        client: clientOf(c),
      });
      setCookies(c, signedIn.cookies);
      return c.json(toSession(signedIn.session), 200);
    });
}
