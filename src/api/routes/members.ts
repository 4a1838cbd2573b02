import { createRoute, z } from "@hono/zod-openapi";
import { changeRole } from "../../services/members/change-role.ts";
import { getMember } from "../../services/members/get.ts";
import { listMembers } from "../../services/members/list.ts";
import { removeMember } from "../../services/members/remove.ts";
import { createPasswordReset } from "../../services/password-resets/create.ts";
import { createRouter } from "../router.ts";
import {
  idParams,
  jsonAnswer,
  jsonBody,
  pageQuery,
  pageSchema,
  problemAnswer,
  searchQuery,
  sortQuery,
  toPage,
} from "../schemas/common.ts";
import { memberSchema, toMember, updateMemberSchema } from "../schemas/member.ts";
import { createdPasswordResetSchema, toCreatedPasswordReset } from "../schemas/password-reset.ts";

const tags = ["members"];
const noQuery = z.strictObject({});

const list = createRoute({
  method: "get",
  path: "/members",
  summary: "The organization's people",
  tags,
  request: {
    query: z.strictObject({
      ...pageQuery,
      sort: sortQuery(["email"]),
      role: memberSchema.shape.role.optional(),
      query: searchQuery("the email address"),
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(memberSchema), "One page"), default: problemAnswer },
});

const get = createRoute({
  method: "get",
  path: "/members/{id}",
  summary: "One member",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(memberSchema, "The member"), default: problemAnswer },
});

const update = createRoute({
  method: "patch",
  path: "/members/{id}",
  summary: "Give a member another role",
  description: "Only owners make and unmake admins and owners; the last owner stays one.",
  tags,
  request: { params: idParams, query: noQuery, body: jsonBody(updateMemberSchema) },
  responses: { 200: jsonAnswer(memberSchema, "Changed"), default: problemAnswer },
});

const remove = createRoute({
  method: "delete",
  path: "/members/{id}",
  summary: "Take somebody out of the organization, or leave it",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 204: { description: "Out, with the next request" }, default: problemAnswer },
});

const resetPassword = createRoute({
  method: "post",
  path: "/members/{id}/password-reset",
  summary: "Make a link by which a member sets a new password",
  description:
    "No mail is sent: hand the link over. It works once, for an hour, and ends the one before. Admins make them for members and viewers, owners for all others; an account of several organizations, an operator's, or one without a password takes an operator.",
  tags,
  request: { params: idParams, query: noQuery },
  responses: {
    201: jsonAnswer(createdPasswordResetSchema, "Made; `url` is shown this once"),
    default: problemAnswer,
  },
});

/** The people of the caller's organization. */
export function memberRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const page = await listMembers(c.get("services"), { orgId: c.get("orgId"), ...c.req.valid("query") });
      return c.json(toPage(page, toMember), 200);
    })
    .openapi(get, async (c) => {
      const ref = { orgId: c.get("orgId"), userId: c.req.valid("param").id };
      return c.json(toMember(await getMember(c.get("services"), ref)), 200);
    })
    .openapi(update, async (c) => {
      const ref = { orgId: c.get("orgId"), userId: c.req.valid("param").id };
      const { role } = c.req.valid("json");
      return c.json(toMember(await changeRole(c.get("services"), { ...ref, role })), 200);
    })
    .openapi(remove, async (c) => {
      await removeMember(c.get("services"), { orgId: c.get("orgId"), userId: c.req.valid("param").id });
      return c.body(null, 204);
    })
    .openapi(resetPassword, async (c) => {
      const ref = { orgId: c.get("orgId"), userId: c.req.valid("param").id };
      return c.json(toCreatedPasswordReset(await createPasswordReset(c.get("services"), ref)), 201);
    });
}
