import { createRoute, z } from "@hono/zod-openapi";
import { foundOrg } from "../../services/orgs/found.ts";
import { getOrg } from "../../services/orgs/get.ts";
import { getOrgImpact } from "../../services/orgs/impact.ts";
import { listOrgs } from "../../services/orgs/list.ts";
import { removeOrg } from "../../services/orgs/remove.ts";
import { renameOrg } from "../../services/orgs/rename.ts";
import { createRouter } from "../router.ts";
import {
  flagQuery,
  idParams,
  jsonAnswer,
  jsonBody,
  pageQuery,
  pageSchema,
  problemAnswer,
  sortQuery,
  toPage,
} from "../schemas/common.ts";
import { toCreatedInvitation } from "../schemas/invitation.ts";
import {
  createOrgSchema,
  foundedOrgSchema,
  orgImpactSchema,
  orgSchema,
  renameOrgSchema,
  toOrg,
} from "../schemas/org.ts";

const tags = ["orgs"];
const noQuery = z.strictObject({});

const list = createRoute({
  method: "get",
  path: "/orgs",
  summary: "One's own organizations",
  tags,
  request: { query: z.strictObject({ ...pageQuery, sort: sortQuery(["name"]) }) },
  responses: { 200: jsonAnswer(pageSchema(orgSchema), "One page"), default: problemAnswer },
});

const create = createRoute({
  method: "post",
  path: "/orgs",
  summary: "Make an organization",
  description: "For operators. A person becomes its owner; a key must name one, who is invited.",
  tags,
  request: { query: noQuery, body: jsonBody(createOrgSchema) },
  responses: { 201: jsonAnswer(foundedOrgSchema, "Made"), default: problemAnswer },
});

const get = createRoute({
  method: "get",
  path: "/orgs/{id}",
  summary: "One of one's own organizations",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(orgSchema, "The organization"), default: problemAnswer },
});

const impact = createRoute({
  method: "get",
  path: "/orgs/{id}/impact",
  summary: "What deleting the organization would take with it",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(orgImpactSchema, "What there is"), default: problemAnswer },
});

const rename = createRoute({
  method: "patch",
  path: "/orgs/{id}",
  summary: "Rename the organization",
  tags,
  request: { params: idParams, query: noQuery, body: jsonBody(renameOrgSchema) },
  responses: { 200: jsonAnswer(orgSchema, "Renamed"), default: problemAnswer },
});

const remove = createRoute({
  method: "delete",
  path: "/orgs/{id}",
  summary: "Delete the organization with all it has",
  description: "For owners. Its audit log and its ledger stay.",
  tags,
  request: {
    params: idParams,
    query: z.strictObject({ force: flagQuery.describe("`true`: although it has providers or live keys") }),
  },
  responses: { 204: { description: "Deleted" }, default: problemAnswer },
});

/** Organizations as things to be made, named and deleted; what one has is in the other routes. */
export function orgsRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      return c.json(toPage(await listOrgs(c.get("services"), c.req.valid("query")), toOrg), 200);
    })
    .openapi(create, async (c) => {
      const { name, owner_email: ownerEmail } = c.req.valid("json");
      const { org, invitation } = await foundOrg(c.get("services"), { name, ownerEmail });
      return c.json({ ...toOrg(org), invitation: invitation ? toCreatedInvitation(invitation) : null }, 201);
    })
    .openapi(get, async (c) => {
      return c.json(toOrg(await getOrg(c.get("services"), { orgId: c.req.valid("param").id })), 200);
    })
    .openapi(impact, async (c) => {
      return c.json({ ...(await getOrgImpact(c.get("services"), { orgId: c.req.valid("param").id })) }, 200);
    })
    .openapi(rename, async (c) => {
      const { id: orgId } = c.req.valid("param");
      return c.json(
        toOrg(await renameOrg(c.get("services"), { orgId, name: c.req.valid("json").name })),
        200,
      );
    })
    .openapi(remove, async (c) => {
      const { force } = c.req.valid("query");
      await removeOrg(c.get("services"), { orgId: c.req.valid("param").id, force });
      return c.body(null, 204);
    });
}
