import { z } from "zod";
import { routeStrategies, stickyBy } from "../../plane/route-config.ts";
import { nameSchema } from "../name-schema.ts";
import { timeoutsSchema } from "../providers/provider-schema.ts";
import { parametersSchema } from "./parameters-schema.ts";

/** More would be tried by nobody within a request's patience. */
const mostTargets = 50;

const target = z.strictObject({
  model: z.string().min(1, "must name a model").max(400, "must have 400 characters or fewer"),
  weight: z
    .number("must be a number")
    .min(0, "must be 0 or more")
    .max(1_000_000, "must be 1000000 or less")
    .optional(),
  parameters: parametersSchema.nullable().optional(),
  timeouts: timeoutsSchema.optional(),
});

const targets = z
  .array(target)
  .min(1, "must name at least one target")
  .max(mostTargets, `must name ${mostTargets} targets or fewer`);

const strategy = z.enum(routeStrategies, `must be one of ${routeStrategies.join(", ")}`);

const settings = {
  stickyBy: z
    .enum(stickyBy, `must be one of ${stickyBy.join(", ")}`)
    .nullable()
    .optional(),
  retries: z
    .int("must be a whole number")
    .min(0, "must be 0 or more")
    .max(10, "must be 10 or less")
    .nullable()
    .optional(),
  hedgeAfterMs: z
    .int("must be a whole number of milliseconds")
    .min(1, "must be 1 or more")
    .max(600_000, "must be 600000 (ten minutes) or less")
    .nullable()
    .optional(),
};

export const createRouteSchema = z.strictObject({
  orgId: z.string(),
  name: nameSchema,
  strategy,
  ...settings,
  targets,
});

export const updateRouteSchema = z.strictObject({
  orgId: z.string(),
  routeId: z.string(),
  name: nameSchema.optional(),
  strategy: strategy.optional(),
  ...settings,
  targets: targets.optional(),
});
