import { createRoute, z } from "@hono/zod-openapi";
import { listAudit } from "../../services/audit/list.ts";
import { verifyAudit } from "../../services/audit/verify.ts";
import { createRouter } from "../router.ts";
import {
  auditEventSchema,
  auditVerificationSchema,
  toAuditEvent,
  toAuditVerification,
} from "../schemas/audit.ts";
import { flagQuery, jsonAnswer, pageQuery, pageSchema, problemAnswer, toPage } from "../schemas/common.ts";

const tags = ["audit"];
const time = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => Date.parse(text))
  .optional();

const instance = flagQuery.describe("`true`: the acts on the instance itself; operators only");

const list = createRoute({
  method: "get",
  path: "/audit",
  summary: "Administrative acts, newest first",
  description: "Admins only.",
  tags,
  request: {
    query: z.strictObject({
      ...pageQuery,
      action: z.string().max(100).optional().describe("E.g. `key.create`, or `key.*` for every act on keys"),
      actor: z.string().max(400).optional().describe("Id or name of who did it"),
      target: z.string().max(400).optional().describe("Id or name of what it was done to"),
      instance,
      from: time.describe("This time or later"),
      to: time.describe("Before this time"),
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(auditEventSchema), "One page"), default: problemAnswer },
});

const verify = createRoute({
  method: "get",
  path: "/audit/verify",
  summary: "Prove that no act was altered, removed or put in between",
  description: "Recomputes the organization's whole chain. Admins only.",
  tags,
  request: {
    query: z.strictObject({
      instance,
      expect_head: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .describe(
          "`head` of an earlier verification, or the `mac` of any act: it must still be in the chain",
        ),
    }),
  },
  responses: { 200: jsonAnswer(auditVerificationSchema, "What was found"), default: problemAnswer },
});

/** The organization's audit log. */
export function auditRoutes() {
  return createRouter()
    .openapi(verify, async (c) => {
      const query = c.req.valid("query");
      const orgId = query.instance === true ? undefined : c.get("orgId");
      const found = await verifyAudit(c.get("services"), { orgId, expectHead: query.expect_head });
      return c.json(toAuditVerification(found), 200);
    })
    .openapi(list, async (c) => {
      const { instance: isInstance, ...query } = c.req.valid("query");
      const orgId = isInstance === true ? undefined : c.get("orgId");
      const page = await listAudit(c.get("services"), { orgId, ...query });
      return c.json(toPage(page, toAuditEvent), 200);
    });
}
