import { z } from "@hono/zod-openapi";
import type { OwnSessionView } from "../../services/sessions/list.ts";
import type { SessionView } from "../../services/sessions/session-view.ts";
import { timeSchema, toTime } from "./common.ts";

export const roleSchema = z.enum(["owner", "admin", "member", "viewer"]);

export const sessionSchema = z
  .object({
    id: z.string(),
    user: z.object({
      id: z.string(),
      email: z.string(),
      name: z.string(),
      operator: z.boolean().describe("May make organizations"),
    }),
    orgs: z
      .array(z.object({ id: z.string(), name: z.string(), role: roleSchema }))
      .describe("The person's organizations, the oldest first"),
    org_id: z
      .string()
      .nullable()
      .describe("The organization that requests are about which name none in `x-penstock-org`"),
    expires_at: timeSchema,
  })
  .openapi("Session");

/** A session as its person sees it. */
export function toSession({ id, user, memberships, expiresAt }: SessionView): z.infer<typeof sessionSchema> {
  return {
    id,
    user: { ...user },
    orgs: memberships.map(({ orgId, orgName, role }) => ({ id: orgId, name: orgName, role })),
    org_id: memberships[0]?.orgId ?? null,
    expires_at: toTime(expiresAt),
  };
}

export const ownSessionSchema = z
  .object({
    id: z.string(),
    current: z.boolean().describe("The one that asks"),
    address: z.string().nullable(),
    user_agent: z.string().nullable(),
    created_at: timeSchema,
    expires_at: timeSchema,
  })
  .openapi("OwnSession");

export function toOwnSession(view: OwnSessionView): z.infer<typeof ownSessionSchema> {
  return {
    id: view.id,
    current: view.current,
    address: view.address ?? null,
    user_agent: view.userAgent ?? null,
    created_at: toTime(view.createdAt),
    expires_at: toTime(view.expiresAt),
  };
}

const password = z.string().max(128);

export const signInSchema = z.strictObject({ email: z.string().max(254), password }).openapi("SignIn");

export const changePasswordSchema = z
  .strictObject({ current_password: password, new_password: password.min(12) })
  .openapi("PasswordChange");

export const setupSchema = z
  .strictObject({
    token: z.string().min(1).max(200).describe("From the setup link"),
    email: z.string().max(254),
    name: z.string().min(1).max(100),
    password: password.min(12),
  })
  .openapi("Setup");
