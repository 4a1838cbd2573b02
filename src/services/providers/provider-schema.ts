import { z } from "zod";
import { Secret } from "../../secrets/secret.ts";
import { wireIdSchema } from "../models/wire-id-schema.ts";
import { nameSchema } from "../name-schema.ts";

const credentials = z.record(
  z.string(),
  z.union([z.string(), z.instanceof(Secret), z.null()], "must be a text, or null to clear it"),
);
const headers = z.record(
  z.string(),
  z.union([z.string(), z.instanceof(Secret), z.null()], "must be a text, or null to remove it"),
);
const silence = z
  .int("must be a whole number")
  .min(1_000, "must be 1 s or more")
  .max(3_600_000, "must be 3600 s or less")
  .nullable()
  .optional();
/** How long a vendor may be silent, milliseconds. */
export const timeoutsSchema = z.strictObject({ firstByteMs: silence, idleMs: silence });
/** The same, and how long a new connection may take. */
const providerTimeoutsSchema = timeoutsSchema.extend({
  connectMs: z
    .int("must be a whole number")
    .min(1_000, "must be 1 s or more")
    .max(120_000, "must be 120 s or less")
    .nullable()
    .optional(),
});
const options = z.record(
  z.string(),
  z.union([z.string(), z.boolean(), z.number(), z.null()], "must be a text, a number, true, false, or null"),
);
const priority = z
  .int("must be a whole number")
  .min(0, "must be 0 or more")
  .max(1_000_000, "must be 1000000 or less");

const quotaGroup = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "must be one word of up to 64 letters, digits, dots, underscores or dashes",
  )
  .nullable();

const checkResult = z.object({
  status: z.enum(["valid", "rejected", "unreachable", "unsupported"]),
  models: z.number().optional(),
  reason: z.string().optional(),
  latencyMs: z.number(),
});

const mode = {
  validate: z.boolean().optional(),
  discover: z.boolean().optional(),
  probed: checkResult.optional(),
};

const common = {
  orgId: z.string(),
  baseUrl: z.string().max(2000).nullable().optional(),
  credentials: credentials.optional(),
  headers: headers.optional(),
  options: options.optional(),
};

const settings = {
  enabled: z.boolean().optional(),
  priority: priority.optional(),
  quotaGroup: quotaGroup.optional(),
  timeouts: providerTimeoutsSchema.optional(),
  models: z.array(wireIdSchema).max(1000, "must name 1000 models or fewer").optional(),
};

export const candidateSchema = z.strictObject({
  ...common,
  driver: z.string(),
  name: z.string().optional(),
});

export const createSchema = z.strictObject({
  ...common,
  ...settings,
  ...mode,
  name: nameSchema,
  driver: z.string(),
});

export const updateSchema = z.strictObject({
  ...common,
  ...settings,
  ...mode,
  providerId: z.string(),
  name: nameSchema.optional(),
});
