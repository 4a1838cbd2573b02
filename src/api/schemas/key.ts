import { z } from "@hono/zod-openapi";
import type { KeyView } from "../../services/keys/key-view.ts";
import { originSchema, timeSchema, toOptionalTime, toTime } from "./common.ts";

const scope = z.enum(["gateway", "read", "admin"]);
const carrier = z
  .enum(["header", "url"])
  .describe("`url`: works in the path of a gateway URL only, never in a header");

export const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    preview: z.string().describe("All that is left of the value"),
    carrier,
    scopes: z.array(scope),
    allowed_models: z.array(z.string()).nullable().describe("Null: every model"),
    strict: z.boolean().describe("Refuse what cannot be translated without loss"),
    active: z.boolean().describe("Neither revoked nor expired"),
    origin: originSchema,
    expires_at: timeSchema.nullable(),
    revoked_at: timeSchema.nullable(),
    last_used_at: timeSchema.nullable(),
    created_at: timeSchema,
  })
  .openapi("Key");

export const createdKeySchema = keySchema
  .extend({ value: z.string().describe("The key itself; shown this once") })
  .openapi("CreatedKey");

/** A key as the API writes it. */
export function toKey(view: KeyView): z.infer<typeof keySchema> {
  return {
    id: view.id,
    name: view.name,
    preview: view.preview,
    carrier: view.carrier,
    scopes: [...view.scopes],
    allowed_models: view.allowedModels ? [...view.allowedModels] : null,
    strict: view.strict,
    active: view.active,
    origin: view.origin,
    expires_at: toOptionalTime(view.expiresAt),
    revoked_at: toOptionalTime(view.revokedAt),
    last_used_at: toOptionalTime(view.lastUsedAt),
    created_at: toTime(view.createdAt),
  };
}

export const createKeySchema = z
  .strictObject({
    name: z.string().max(200),
    scopes: z.array(scope).min(1).optional().describe("`gateway` by default"),
    carrier: carrier.optional(),
    allowed_models: z.array(z.string().min(1).max(400)).max(1000).nullable().optional(),
    strict: z.boolean().optional(),
    expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
  })
  .openapi("KeyCreate");

/** The body's fields under the services' names. */
export function fromKeyBody(body: z.infer<typeof createKeySchema>) {
  return {
    name: body.name,
    scopes: body.scopes,
    carrier: body.carrier,
    allowedModels: body.allowed_models,
    strict: body.strict,
    expiresAt: typeof body.expires_at === "string" ? Date.parse(body.expires_at) : undefined,
  };
}

/** For clients of the API. */
export type KeyBody = z.infer<typeof keySchema>;
export type CreatedKeyBody = z.infer<typeof createdKeySchema>;
