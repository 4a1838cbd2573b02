import { z } from "zod";
import { nameSchema } from "../name-schema.ts";
import { eventTypes } from "./event-types.ts";

const url = z
  .string()
  .max(2000, "must be 2000 characters or fewer")
  .refine(isEndpoint, "must be an http or https URL without a user, password or fragment");

const settings = {
  orgId: z.string(),
  events: z.array(z.enum(eventTypes)).min(1, "must name at least one event").optional(),
  enabled: z.boolean().optional(),
};

export const createWebhookSchema = z.strictObject({ ...settings, name: nameSchema, url });

export const updateWebhookSchema = z.strictObject({
  ...settings,
  webhookId: z.string(),
  name: nameSchema.optional(),
  url: url.optional(),
});

const longestGraceSeconds = 30 * 24 * 60 * 60;

export const rotateSecretSchema = z.strictObject({
  orgId: z.string(),
  webhookId: z.string(),
  graceSeconds: z
    .int("must be a whole number of seconds")
    .min(0, "must be 0 or more")
    .max(longestGraceSeconds, "must be 30 days (2592000 seconds) or less")
    .default(24 * 60 * 60),
});

function isEndpoint(text: string): boolean {
  const parsed = URL.parse(text);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return false;
  return parsed.username === "" && parsed.password === "" && parsed.hash === "" && !/[\s\p{Cc}]/u.test(text);
}
