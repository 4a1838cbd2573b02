import { z } from "@hono/zod-openapi";
import type { CreatedInvitation } from "../../services/invitations/create.ts";
import type { InvitationView } from "../../services/invitations/invitation-view.ts";
import type { InvitationPreview } from "../../services/invitations/preview.ts";
import { timeSchema, toTime } from "./common.ts";
import { roleSchema } from "./session.ts";

export const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role: roleSchema,
    state: z.enum(["open", "accepted", "revoked", "expired"]),
    invited_by: z.string(),
    expires_at: timeSchema,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Invitation");

export const createdInvitationSchema = invitationSchema
  .extend({ url: z.string().describe("The link to hand over; shown this once") })
  .openapi("CreatedInvitation");

/** An invitation as the API writes it. */
export function toInvitation(view: InvitationView): z.infer<typeof invitationSchema> {
  return {
    id: view.id,
    email: view.email,
    role: view.role,
    state: view.state,
    invited_by: view.invitedBy,
    expires_at: toTime(view.expiresAt),
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

export function toCreatedInvitation({ invitation, url }: CreatedInvitation): CreatedInvitationBody {
  return { ...toInvitation(invitation), url: url.reveal() };
}

export const createInvitationSchema = z
  .strictObject({ email: z.string().max(254), role: roleSchema })
  .openapi("InvitationCreate");

const token = z.string().min(1).max(200).describe("From the invitation's link");

export const previewInvitationSchema = z.strictObject({ token }).openapi("InvitationPreviewRequest");

export const invitationPreviewSchema = z
  .object({ email: z.string(), org: z.string(), role: roleSchema, expires_at: timeSchema })
  .openapi("InvitationPreview");

export function toInvitationPreview(view: InvitationPreview): z.infer<typeof invitationPreviewSchema> {
  return { email: view.email, org: view.orgName, role: view.role, expires_at: toTime(view.expiresAt) };
}

export const acceptInvitationSchema = z
  .strictObject({
    token,
    account: z
      .strictObject({ name: z.string().min(1).max(100), password: z.string().min(12).max(128) })
      .optional()
      .describe("For a new account; without it, whoever is signed in joins"),
  })
  .openapi("InvitationAccept");

/** For clients of the API. */
export type InvitationBody = z.infer<typeof invitationSchema>;
export type CreatedInvitationBody = z.infer<typeof createdInvitationSchema>;
