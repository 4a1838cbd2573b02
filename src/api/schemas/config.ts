import { z } from "@hono/zod-openapi";
import type { ConfigPlan, ConfigStep, PlanValue } from "../../services/config/config-plan.ts";

export const configFileSchema = z
  .strictObject({
    file: z.string().min(1).max(200).describe("Its name; what it declares belongs to `file:<name>`"),
    content: z.string().describe("The YAML text"),
    values: z
      .record(z.string().max(2000), z.string().max(16_384))
      .default({})
      .describe("Values of the file's references by `env:NAME` or `file:path`, resolved by the caller"),
    expected_plan: z
      .string()
      .max(100)
      .optional()
      .describe("`plan` of an earlier answer: apply only if nothing else would be done now"),
  })
  .openapi("ConfigFile");

const planValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

const stepSchema = z
  .object({
    action: z.enum(["create", "update", "delete", "unchanged"]),
    kind: z.enum(["org", "provider", "model", "route", "key", "limit", "price"]),
    org: z.string(),
    name: z.string(),
    changes: z.array(
      z.object({
        field: z.string(),
        before: planValue,
        after: planValue.describe("Secrets show as `[secret]`"),
      }),
    ),
  })
  .openapi("ConfigStep");

export const planSchema = z
  .object({
    file: z.string(),
    plan: z.string().describe("Tells this plan from any other; for `expected_plan`"),
    steps: z.array(stepSchema),
  })
  .openapi("ConfigPlan");

export const appliedSchema = planSchema
  .extend({
    keys: z
      .array(z.object({ org: z.string(), name: z.string(), value: z.string() }))
      .describe("Keys that were generated; shown this once"),
    warnings: z.array(z.string()),
  })
  .openapi("ConfigApplied");

/** A plan's steps as the API writes them. */
export function toSteps(plan: ConfigPlan): z.infer<typeof stepSchema>[] {
  return plan.steps.map((step: ConfigStep) => ({
    action: step.action,
    kind: step.kind,
    org: step.org,
    name: step.name,
    changes: step.changes.map(({ field, before, after }) => ({
      field,
      before: toPlanValue(before),
      after: toPlanValue(after),
    })),
  }));
}

function toPlanValue(value: PlanValue): z.infer<typeof planValue> {
  return typeof value === "object" && value !== null ? [...value] : value;
}

/** For clients of the API. */
export type ConfigStepBody = z.infer<typeof stepSchema>;
export type ConfigPlanBody = z.infer<typeof planSchema>;
export type ConfigAppliedBody = z.infer<typeof appliedSchema>;
