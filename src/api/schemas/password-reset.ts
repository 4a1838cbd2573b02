import { z } from "@hono/zod-openapi";
import type { CreatedPasswordReset } from "../../services/password-resets/create.ts";
import type { PasswordResetPreview } from "../../services/password-resets/preview.ts";
import { timeSchema, toTime } from "./common.ts";

export const passwordResetSchema = z
  .object({ email: z.string(), expires_at: timeSchema })
  .openapi("PasswordReset");

export const createdPasswordResetSchema = passwordResetSchema
  .extend({ url: z.string().describe("The link to hand over; shown this once") })
  .openapi("CreatedPasswordReset");

/** A link as the API tells its holder of it. */
export function toPasswordReset(view: PasswordResetPreview): z.infer<typeof passwordResetSchema> {
  return { email: view.email, expires_at: toTime(view.expiresAt) };
}

export function toCreatedPasswordReset(made: CreatedPasswordReset): CreatedPasswordResetBody {
  return { ...toPasswordReset(made), url: made.url.reveal() };
}

const token = z.string().min(1).max(200).describe("From the link");

export const previewPasswordResetSchema = z.strictObject({ token }).openapi("PasswordResetPreviewRequest");

export const completePasswordResetSchema = z
  .strictObject({ token, new_password: z.string().min(12).max(128) })
  .openapi("PasswordResetComplete");

/** For clients of the API. */
export type CreatedPasswordResetBody = z.infer<typeof createdPasswordResetSchema>;
