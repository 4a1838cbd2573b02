import { createRoute, z } from "@hono/zod-openapi";
import { listSessions } from "../../services/sessions/list.ts";
import { requireSession } from "../../services/sessions/read-session.ts";
import { revokeOtherSessions, revokeSession } from "../../services/sessions/revoke.ts";
import { signIn } from "../../services/sessions/sign-in.ts";
import { signOut } from "../../services/sessions/sign-out.ts";
import { changePassword } from "../../services/users/change-password.ts";
import { clientOf, setCookies } from "../middleware/client.ts";
import { createRouter } from "../router.ts";
import { idParams, jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import {
  changePasswordSchema,
  ownSessionSchema,
  sessionSchema,
  signInSchema,
  toOwnSession,
  toSession,
} from "../schemas/session.ts";

const tags = ["auth"];
const noQuery = z.strictObject({});
const bySession = [{ session: [] }];

const signInRoute = createRoute({
  method: "post",
  path: "/auth/sign-in",
  summary: "Sign in by email address and password",
  description: "The session is a cookie; it works for this server's own pages only.",
  tags,
  security: [],
  request: { query: noQuery, body: jsonBody(signInSchema) },
  responses: { 200: jsonAnswer(sessionSchema, "Signed in"), default: problemAnswer },
});

const signOutRoute = createRoute({
  method: "post",
  path: "/auth/sign-out",
  summary: "End the session",
  tags,
  security: bySession,
  request: { query: noQuery },
  responses: { 204: { description: "Ended" }, default: problemAnswer },
});

const current = createRoute({
  method: "get",
  path: "/auth/session",
  summary: "Who is signed in, and in which organizations they are",
  tags,
  security: bySession,
  request: { query: noQuery },
  responses: { 200: jsonAnswer(sessionSchema, "The session"), default: problemAnswer },
});

const list = createRoute({
  method: "get",
  path: "/auth/sessions",
  summary: "One's own sessions, newest first",
  tags,
  security: bySession,
  request: { query: noQuery },
  responses: {
    200: jsonAnswer(z.object({ data: z.array(ownSessionSchema), next_cursor: z.null() }), "All of them"),
    default: problemAnswer,
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/auth/sessions/{id}",
  summary: "End one of one's own sessions",
  tags,
  security: bySession,
  request: { params: idParams, query: noQuery },
  responses: { 204: { description: "Ended" }, default: problemAnswer },
});

const revokeOthers = createRoute({
  method: "post",
  path: "/auth/sessions/revoke-others",
  summary: "End all of one's own sessions but this one",
  tags,
  security: bySession,
  request: { query: noQuery },
  responses: { 204: { description: "Ended" }, default: problemAnswer },
});

const password = createRoute({
  method: "post",
  path: "/auth/password",
  summary: "Change one's own password",
  description: "Ends all other sessions.",
  tags,
  security: bySession,
  request: { query: noQuery, body: jsonBody(changePasswordSchema) },
  responses: { 200: jsonAnswer(sessionSchema, "Changed; the cookie is a new one"), default: problemAnswer },
});

/** A person's own sessions and password; what they may do in an org is no matter here. */
export function authRoutes() {
  return createRouter()
    .openapi(signInRoute, async (c) => {
      const { email, password } = c.req.valid("json");
      const signedIn = await signIn(c.get("anonymous"), { email, password, client: clientOf(c) });
      setCookies(c, signedIn.cookies);
      return c.json(toSession(signedIn.session), 200);
    })
    .openapi(signOutRoute, async (c) => {
      setCookies(c, await signOut(c.get("anonymous"), clientOf(c)));
      return c.body(null, 204);
    })
    .openapi(current, async (c) => {
      const { session, cookies } = await requireSession(c.get("anonymous"), clientOf(c));
      setCookies(c, cookies);
      return c.json(toSession(session), 200);
    })
    .openapi(list, async (c) => {
      const sessions = await listSessions(c.get("anonymous"), clientOf(c));
      return c.json({ data: sessions.map(toOwnSession), next_cursor: null }, 200);
    })
    .openapi(revoke, async (c) => {
      await revokeSession(c.get("anonymous"), { client: clientOf(c), sessionId: c.req.valid("param").id });
      return c.body(null, 204);
    })
    .openapi(revokeOthers, async (c) => {
      await revokeOtherSessions(c.get("anonymous"), clientOf(c));
      return c.body(null, 204);
    })
    .openapi(password, async (c) => {
      const { current_password: currentPassword, new_password: newPassword } = c.req.valid("json");
      const input = { currentPassword, newPassword, client: clientOf(c) };
      const changed = await changePassword(c.get("anonymous"), input);
      setCookies(c, changed.cookies);
      return c.json(toSession(changed.session), 200);
    });
}
