import { z } from "zod";
import { keyScopes } from "../../plane/snapshot.ts";
import { Secret } from "../../secrets/secret.ts";
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
  expiresAt: z.int("must be a time in milliseconds").positive().nullable().optional(),
  value: z.union([z.string(), z.instanceof(Secret)]).optional(),
};

export const createKeySchema = z.strictObject({
  ...settings,
  name: z
    .string()
    .regex(/^[^\s\p{Cc}](?:[^\p{Cc}]{0,98}[^\s\p{Cc}])?$/u, "must be 1 to 100 printable characters"),
  carrier: z.enum(["header", "url"]).optional(),
});

export const updateKeySchema = z.strictObject({ ...settings, keyId: z.string() });
