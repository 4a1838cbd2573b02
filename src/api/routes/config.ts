import { createRoute, z } from "@hono/zod-openapi";
import { applyConfig } from "../../services/config/apply-config.ts";
import { parseConfig } from "../../services/config/document/parse-config.ts";
import { toReferenceValues } from "../../services/config/document/resolve-references.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import { appliedSchema, configFileSchema, planSchema, toSteps } from "../schemas/config.ts";

const tags = ["config"];

const plan = createRoute({
  method: "post",
  path: "/config/plan",
  summary: "What a configuration file would change",
  description: "Checks everything but the vendors' answers, and changes nothing.",
  tags,
  request: { query: z.strictObject({}), body: jsonBody(configFileSchema) },
  responses: { 200: jsonAnswer(planSchema, "The steps, in order"), default: problemAnswer },
});

const apply = createRoute({
  method: "post",
  path: "/config/apply",
  summary: "Make the organization what a configuration file says",
  description: "All or nothing: credentials are tried first, then everything changes in one transaction.",
  tags,
  request: { query: z.strictObject({}), body: jsonBody(configFileSchema) },
  responses: { 200: jsonAnswer(appliedSchema, "What was done"), default: problemAnswer },
});

function fromBody(body: z.infer<typeof configFileSchema>) {
  return {
    document: parseConfig(body.content, { file: body.file }),
    values: toReferenceValues(body.values),
    expectedPlan: body.expected_plan,
    mayGenerateKeys: true,
  };
}

/** Configuration as code, for the caller's organization only. The server's own environment is never read here. */
export function configRoutes() {
  return createRouter()
    .openapi(plan, async (c) => {
      const result = await applyConfig(c.get("services"), {
        ...fromBody(c.req.valid("json")),
        orgId: c.get("orgId"),
        dryRun: true,
      });
      return c.json({ file: result.file, plan: result.planId, steps: toSteps(result.plan) }, 200);
    })
    .openapi(apply, async (c) => {
      const result = await applyConfig(c.get("services"), {
        ...fromBody(c.req.valid("json")),
        orgId: c.get("orgId"),
        dryRun: false,
      });
      return c.json(
        {
          file: result.file,
          plan: result.planId,
          steps: toSteps(result.plan),
          keys: result.keys.map(({ org, name, value }) => ({ org, name, value: value.reveal() })),
          warnings: [...result.warnings],
        },
        200,
      );
    });
}
