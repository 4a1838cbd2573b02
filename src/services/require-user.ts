import { PenstockError } from "../errors/penstock-error.ts";
import { requireRole } from "./access.ts";
import type { Actor } from "./actor.ts";
import type { Role } from "./members/role.ts";
import type { ServiceContext } from "./service-context.ts";

/** A person, as an actor. */
export type User = Extract<Actor, { kind: "user" }>;

/**
 * The first duty of a verb about what belongs to one person. Throws `user_required` for keys and files, and as
 * `requireRole` does.
 */
export function requireUser(
  ctx: ServiceContext,
  needed: { readonly orgId: string; readonly role: Role },
): User {
  const { actor } = ctx;
  // First of all, so that a key learns nothing of what it could not have.
  if (actor.kind !== "user") throw new PenstockError("user_required");
  requireRole(ctx, needed);
  return actor;
}
