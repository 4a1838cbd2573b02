import { createRoute, z } from "@hono/zod-openapi";
import { rotateSecrets } from "../../services/secrets/rotate.ts";
import { secretsStatus } from "../../services/secrets/status.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import {
  rotateSecretsSchema,
  rotationSchema,
  secretsStatusSchema,
  toRotation,
  toSecretsStatus,
} from "../schemas/secrets.ts";

const tags = ["secrets"];

const status = createRoute({
  method: "get",
  path: "/secrets",
  summary: "What protects the stored secrets, and whether all of them open",
  description: "Operators only: it covers every organization.",
  tags,
  request: { query: z.strictObject({}) },
  responses: { 200: jsonAnswer(secretsStatusSchema, "How they stand"), default: problemAnswer },
});

const rotate = createRoute({
  method: "post",
  path: "/secrets/rotate",
  summary: "Re-wrap stored secrets under the newest master key",
  description:
    "Works on `limit` values a call; call it again with `next` as `from` until that is null. Safe to interrupt and to begin again. Operators only.",
  tags,
  request: { query: z.strictObject({}), body: jsonBody(rotateSecretsSchema) },
  responses: { 200: jsonAnswer(rotationSchema, "What was done"), default: problemAnswer },
});

/** The encryption of what is stored, for the whole instance. */
export function secretsRoutes() {
  return createRouter()
    .openapi(status, async (c) => c.json(toSecretsStatus(await secretsStatus(c.get("services"))), 200))
    .openapi(rotate, async (c) => {
      const { dry_run = false, new_key, limit, from } = c.req.valid("json");
      const result = await rotateSecrets(c.get("services"), {
        dryRun: dry_run,
        newKey: new_key,
        limit,
        from,
      });
      return c.json(toRotation(result), 200);
    });
}
