import { createRoute, z } from "@hono/zod-openapi";
import { createInvitation } from "../../services/invitations/create.ts";
import { listInvitations } from "../../services/invitations/list.ts";
import { revokeInvitation } from "../../services/invitations/revoke.ts";
import { createRouter } from "../router.ts";
import {
  flagQuery,
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
import {
  createdInvitationSchema,
  createInvitationSchema,
  invitationSchema,
  toCreatedInvitation,
  toInvitation,
} from "../schemas/invitation.ts";

const tags = ["invitations"];
const noQuery = z.strictObject({});

const list = createRoute({
  method: "get",
  path: "/invitations",
  summary: "Invitations",
  tags,
  request: {
    query: z.strictObject({
      ...pageQuery,
      sort: sortQuery(["email"]),
      query: searchQuery("the email address"),
      closed: flagQuery.describe("`true`: accepted and revoked ones too"),
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(invitationSchema), "One page"), default: problemAnswer },
});

const create = createRoute({
  method: "post",
  path: "/invitations",
  summary: "Invite somebody",
  description:
    "No mail is sent: hand the link over. It works once, for seven days. Only owners invite admins and owners.",
  tags,
  request: { query: noQuery, body: jsonBody(createInvitationSchema) },
  responses: {
    201: jsonAnswer(createdInvitationSchema, "Made; `url` is shown this once"),
    default: problemAnswer,
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/invitations/{id}",
  summary: "Revoke an invitation",
  tags,
  request: { params: idParams, query: noQuery },
  responses: {
    200: jsonAnswer(invitationSchema, "Revoked, also when it was before"),
    default: problemAnswer,
  },
});

/** Offered places in the caller's organization. */
export function invitationRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const page = await listInvitations(c.get("services"), {
        orgId: c.get("orgId"),
        ...c.req.valid("query"),
      });
      return c.json(toPage(page, toInvitation), 200);
    })
    .openapi(create, async (c) => {
      const made = await createInvitation(c.get("services"), {
        orgId: c.get("orgId"),
        ...c.req.valid("json"),
      });
      return c.json(toCreatedInvitation(made), 201);
    })
    .openapi(revoke, async (c) => {
      const { id } = c.req.valid("param");
      const view = await revokeInvitation(c.get("services"), { orgId: c.get("orgId"), invitationId: id });
      return c.json(toInvitation(view), 200);
    });
}
