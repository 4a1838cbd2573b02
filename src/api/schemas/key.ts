import { z } from "@hono/zod-openapi";
import { allowedActions } from "../../services/allowed-actions.ts";
import type { KeyView } from "../../services/keys/key-view.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import { allowedActionsSchema } from "./allowed-actions.ts";
import { originSchema, timeSchema, toOptionalTime, toTime } from "./common.ts";

const scope = z.enum(["gateway", "read", "admin", "operator"]);
const carrier = z
  .enum(["header", "url"])
  .describe("`url`: works in the path of a gateway URL only, never in a header");

const onDisconnect = z
  .enum(["cancel", "drain", "keep"])
  .describe(
    "What becomes of a call whose client leaves: it is cancelled; it runs to its end and is billed; or its answer is kept, too, for a retry with the same `idempotency-key`",
  );

const agent = z
  .string()
  .max(100)
  .describe(
    "The agent that calls with it: lower-case letters, digits, `.`, `_` and `-`; limits and usage go by it",
  );
const agentRole = z.string().max(100).describe("In which of the agent's roles it calls");

export const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    preview: z.string().describe("All that is left of the value"),
    carrier,
    scopes: z.array(scope),
    allowed_models: z.array(z.string()).nullable().describe("Null: every model"),
    strict: z.boolean().describe("Refuse what cannot be translated without loss"),
    on_disconnect: onDisconnect,
    agent: agent.nullable(),
    agent_role: agentRole.nullable(),
    active: z.boolean().describe("Neither revoked nor expired"),
    origin: originSchema,
    expires_at: timeSchema.nullable(),
    revoked_at: timeSchema.nullable(),
    last_used_at: timeSchema.nullable().describe("Behind by a minute at most while the key is in use"),
    previous_valid_until: timeSchema
      .nullable()
      .describe("Until when the value before the last rotation works; null when it does not"),
    allowed_actions: allowedActionsSchema("key"),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Key");

export const createdKeySchema = keySchema
  .extend({ value: z.string().describe("The key itself; shown this once") })
  .openapi("CreatedKey");

/** A key as the API writes it. */
export function toKey(view: KeyView, ctx: ServiceContext): z.infer<typeof keySchema> {
  return {
    id: view.id,
    name: view.name,
    preview: view.preview,
    carrier: view.carrier,
    scopes: [...view.scopes],
    allowed_models: view.allowedModels ? [...view.allowedModels] : null,
    strict: view.strict,
    on_disconnect: view.onDisconnect,
    agent: view.agent ?? null,
    agent_role: view.agentRole ?? null,
    active: view.active,
    origin: view.origin,
    expires_at: toOptionalTime(view.expiresAt),
    revoked_at: toOptionalTime(view.revokedAt),
    last_used_at: toOptionalTime(view.lastUsedAt),
    previous_valid_until: toOptionalTime(view.previousExpiresAt),
    allowed_actions: allowedActions(ctx, "key", view),
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

/** Which keys a list holds. */
export const keyStateQuery = z
  .enum(["live", "active", "expired", "revoked", "all"])
  .optional()
  .describe("`live` by default: whatever is not revoked, expired or not");

const settings = {
  scopes: z.array(scope).min(1).max(4).optional().describe("`gateway` by default"),
  allowed_models: z.array(z.string().min(1).max(400)).max(1000).nullable().optional(),
  strict: z.boolean().optional(),
  on_disconnect: onDisconnect.optional(),
  agent: agent.nullable().optional(),
  agent_role: agentRole.nullable().optional(),
  expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
};

export const createKeySchema = z
  .strictObject({ name: z.string().max(200), carrier: carrier.optional(), ...settings })
  .openapi("KeyCreate");

export const updateKeySchema = z
  .strictObject({
    name: z.string().max(200).optional(),
    ...settings,
    scopes: z.array(scope).min(1).max(4).optional(),
  })
  .openapi("KeyUpdate");

export const rotateKeySchema = z
  .strictObject({
    grace_seconds: z
      .int()
      .min(0)
      .max(30 * 24 * 60 * 60)
      .optional()
      .describe("How long the value before works on; a day by default, 30 days at most"),
  })
  .openapi("KeyRotate");

type KeySettings = Omit<z.infer<typeof createKeySchema>, "name" | "carrier">;

/** The body's fields under the services' names. */
export function fromKeyBody<T extends KeySettings>({
  allowed_models,
  expires_at,
  on_disconnect,
  agent_role,
  ...body
}: T) {
  return {
    ...body,
    allowedModels: allowed_models,
    onDisconnect: on_disconnect,
    agentRole: agent_role,
    expiresAt: typeof expires_at === "string" ? Date.parse(expires_at) : expires_at,
  };
}

/** For clients of the API. */
export type KeyBody = z.infer<typeof keySchema>;
export type CreatedKeyBody = z.infer<typeof createdKeySchema>;
