import { z } from "@hono/zod-openapi";
import type { RotationResult } from "../../services/secrets/rotate.ts";
import type { SecretsStatus } from "../../services/secrets/status.ts";
import { timeSchema, toTime } from "./common.ts";

const problems = z.array(z.object({ what: z.string(), reason: z.string() }));

const positionSchema = z.strictObject({ store: z.string().max(100), cursor: z.string().max(400) });

export const secretsStatusSchema = z
  .object({
    key_encryption_keys: z.array(z.string()).describe("As PENSTOCK_KEK names them; the first one wraps"),
    master_keys: z
      .array(z.object({ id: z.string(), wrapped_by: z.string(), created_at: timeSchema }))
      .describe("The newest first, which seals"),
    values: z.object({
      total: z.int(),
      current: z.int().describe("Under the newest master key"),
      older: z.int().describe("Under an older one: rotation re-wraps them"),
      unreadable: problems,
    }),
  })
  .openapi("SecretsStatus");

export const rotateSecretsSchema = z
  .strictObject({
    dry_run: z.boolean().optional().describe("Open everything and change nothing"),
    new_key: z.boolean().optional().describe("Make a fresh master key in any case"),
    limit: z.int().min(1).max(1000).optional().describe("Values looked at in this call; 500 by default"),
    from: positionSchema.optional().describe("`next` of the call before"),
  })
  .openapi("SecretsRotate");

export const rotationSchema = z
  .object({
    master_keys: z.object({
      made: z.boolean().describe("A fresh master key seals from now on"),
      rewrapped: z.int().describe("Older master keys wrapped by the key-encryption key of today"),
    }),
    total: z.int(),
    rewrapped: z.int(),
    current: z.int(),
    failed: problems.describe("Values that cannot be opened; they are left as they are"),
    next: positionSchema.nullable().describe("Pass it as `from`; null: that was the last of them"),
  })
  .openapi("SecretsRotation");

/** How the secrets stand as the API writes it. */
export function toSecretsStatus({
  wrappers,
  masterKeys,
  values,
}: SecretsStatus): z.infer<typeof secretsStatusSchema> {
  return {
    key_encryption_keys: [...wrappers],
    master_keys: masterKeys.map(({ id, wrapper, createdAt }) => ({
      id,
      wrapped_by: wrapper,
      created_at: toTime(createdAt),
    })),
    values: { ...values, unreadable: [...values.unreadable] },
  };
}

export function toRotation({
  masterKeys,
  failed,
  next,
  ...counts
}: RotationResult): z.infer<typeof rotationSchema> {
  return { master_keys: { ...masterKeys }, ...counts, failed: [...failed], next: next ?? null };
}

/** For clients of the API. */
export type SecretsStatusBody = z.infer<typeof secretsStatusSchema>;
export type RotationBody = z.infer<typeof rotationSchema>;
