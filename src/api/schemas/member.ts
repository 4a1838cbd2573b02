import { z } from "@hono/zod-openapi";
import type { MemberView } from "../../services/members/member-view.ts";
import { timeSchema, toTime } from "./common.ts";
import { roleSchema } from "./session.ts";

export const memberSchema = z
  .object({
    id: z.string().describe("The user's"),
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Member");

export const updateMemberSchema = z.strictObject({ role: roleSchema }).openapi("MemberUpdate");

/** A member as the API writes it. */
export function toMember(view: MemberView): z.infer<typeof memberSchema> {
  return {
    id: view.id,
    email: view.email,
    name: view.name,
    role: view.role,
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

/** For clients of the API. */
export type MemberBody = z.infer<typeof memberSchema>;
