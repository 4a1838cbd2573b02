import { z } from "@hono/zod-openapi";
import type { OrgView } from "../../services/orgs/org-view.ts";
import { timeSchema, toTime } from "./common.ts";
import { createdInvitationSchema } from "./invitation.ts";

export const orgSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    default_model: z.string().nullable().describe("What a request without a model gets"),
    default_model_origin: z
      .string()
      .nullable()
      .describe("`api`, `file:<name>`, or `elected` by the first discovery"),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Org");

export const updateOrgSchema = z
  .strictObject({ default_model: z.string().min(1).max(400).nullable() })
  .openapi("OrgUpdate");

export const createOrgSchema = z
  .strictObject({
    name: z.string().min(1).max(64),
    owner_email: z
      .string()
      .max(254)
      .optional()
      .describe("Who is invited as an owner; needed when a key asks"),
  })
  .openapi("OrgCreate");

export const foundedOrgSchema = orgSchema
  .extend({ invitation: createdInvitationSchema.nullable().describe("The owner's, when one was named") })
  .openapi("CreatedOrg");

export const renameOrgSchema = z.strictObject({ name: z.string().min(1).max(64) }).openapi("OrgRename");

export const orgImpactSchema = z
  .object({
    providers: z.int(),
    models: z.int(),
    keys: z.int().describe("Live ones"),
    members: z.int(),
  })
  .openapi("OrgImpact");

/** For clients of the API. */
export type OrgBody = z.infer<typeof orgSchema>;
export type CreatedOrgBody = z.infer<typeof foundedOrgSchema>;

/** An organization as the API writes it. */
export function toOrg(view: OrgView): z.infer<typeof orgSchema> {
  return {
    id: view.id,
    name: view.name,
    default_model: view.defaultModel ?? null,
    default_model_origin: view.defaultModelOrigin ?? null,
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}
