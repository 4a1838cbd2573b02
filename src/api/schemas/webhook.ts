import { z } from "@hono/zod-openapi";
import { allowedActions } from "../../services/allowed-actions.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import type { DeliveryView } from "../../services/webhooks/delivery-view.ts";
import { eventTypes } from "../../services/webhooks/event-types.ts";
import type { WebhookView } from "../../services/webhooks/webhook-view.ts";
import { allowedActionsSchema } from "./allowed-actions.ts";
import { timeSchema, toOptionalTime, toTime } from "./common.ts";

const event = z.enum(eventTypes);

export const webhookSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()).describe("What it is told of"),
    enabled: z.boolean(),
    previous_secret_valid_until: timeSchema
      .nullable()
      .describe("Until when messages are also signed by the secret before the last rotation"),
    allowed_actions: allowedActionsSchema("webhook"),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Webhook");

export const webhookWithSecretSchema = webhookSchema
  .extend({ secret: z.string().describe("`whsec_…`, by which messages are signed; shown this once") })
  .openapi("WebhookWithSecret");

/** A webhook as the API writes it. */
export function toWebhook(view: WebhookView, ctx: ServiceContext): z.infer<typeof webhookSchema> {
  const { id, name, url, events, enabled } = view;
  return {
    ...{ id, name, url, events: [...events], enabled },
    previous_secret_valid_until: toOptionalTime(view.previousSecretExpiresAt),
    allowed_actions: allowedActions(ctx, "webhook", view),
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

const settings = {
  events: z.array(event).min(1).max(20).optional().describe("All of them by default"),
  enabled: z.boolean().optional(),
};

export const createWebhookSchema = z
  .strictObject({ name: z.string().max(200), url: z.string().max(2000), ...settings })
  .openapi("WebhookCreate");

export const updateWebhookSchema = z
  .strictObject({ name: z.string().max(200).optional(), url: z.string().max(2000).optional(), ...settings })
  .openapi("WebhookUpdate");

export const rotateWebhookSecretSchema = z
  .strictObject({
    grace_seconds: z
      .int()
      .min(0)
      .max(30 * 24 * 60 * 60)
      .optional()
      .describe("How long messages are also signed by the secret before; a day by default, 30 days at most"),
  })
  .openapi("WebhookSecretRotate");

export const deliveryStatusSchema = z.enum(["pending", "delivered", "failed"]);

export const deliverySchema = z
  .object({
    id: z.string(),
    event_id: z.string().describe("The message's `webhook-id`"),
    type: z.string(),
    payload: z.string().describe("The body, as it is signed and sent"),
    status: deliveryStatusSchema.describe("`failed`: given up"),
    attempts: z.int().min(0),
    next_attempt_at: timeSchema.nullable(),
    last_status: z.int().nullable().describe("HTTP status of the last answer; null: there was none"),
    last_error: z.string().nullable(),
    delivered_at: timeSchema.nullable(),
    created_at: timeSchema,
  })
  .openapi("WebhookDelivery");

/** A delivery as the API writes it. */
export function toDelivery(delivery: DeliveryView): z.infer<typeof deliverySchema> {
  const { id, eventId, type, payload, status, attempts } = delivery;
  return {
    ...{ id, event_id: eventId, type, payload, status, attempts },
    next_attempt_at: toOptionalTime(delivery.nextAt),
    last_status: delivery.lastStatus ?? null,
    last_error: delivery.lastError ?? null,
    delivered_at: toOptionalTime(delivery.deliveredAt),
    created_at: toTime(delivery.createdAt),
  };
}

/** For clients of the API. */
export type WebhookBody = z.infer<typeof webhookSchema>;
export type WebhookWithSecretBody = z.infer<typeof webhookWithSecretSchema>;
export type DeliveryBody = z.infer<typeof deliverySchema>;
