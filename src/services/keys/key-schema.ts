import { z } from "zod";
import { disconnectPolicies, keyScopes } from "../../plane/snapshot.ts";
import { Secret } from "../../secrets/secret.ts";
import { slugSchema } from "../limits/slug-schema.ts";
import { modelNameSchema } from "../models/model-name-schema.ts";

const settings = {
  orgId: z.string(),
  scopes: z.array(z.enum(keyScopes)).min(1, "must name at least one scope").optional(),
  allowedModels: z
    .array(modelNameSchema)
    .min(1, "must name at least one model, or be null for all")
    .max(1000)
    .nullable()
    .optional(),
  strict: z.boolean().optional(),
  onDisconnect: z.enum(disconnectPolicies).optional(),
  agent: slugSchema.nullable().optional(),
  agentRole: slugSchema.nullable().optional(),
  expiresAt: z.int("must be a time in milliseconds").positive().nullable().optional(),
  value: z.union([z.string(), z.instanceof(Secret)]).optional(),
};

const name = z
  .string()
  .regex(/^[^\s\p{Cc}](?:[^\p{Cc}]{0,98}[^\s\p{Cc}])?$/u, "must be 1 to 100 printable characters");

export const createKeySchema = z.strictObject({
  ...settings,
  name,
  carrier: z.enum(["header", "url"]).optional(),
});

export const updateKeySchema = z.strictObject({ ...settings, name: name.optional(), keyId: z.string() });

/** Long enough to reach every client by hand, short enough that a leaked value does not outlive its replacement for long. */
const longestGraceSeconds = 30 * 24 * 60 * 60;

export const rotateKeySchema = z.strictObject({
  orgId: z.string(),
  keyId: z.string(),
  graceSeconds: z
    .int("must be a whole number of seconds")
    .min(0, "must be 0 or more")
    .max(longestGraceSeconds, "must be 30 days (2592000 seconds) or less")
    .default(24 * 60 * 60),
});
