import { notFound } from "../access.ts";
import type { Actor } from "../actor.ts";
import type { SessionView } from "./session-view.ts";

/** The person in the org they ask for, by default their first. Throws `not_found` for an org that is not theirs. */
export function memberActor(
  { user, memberships }: SessionView,
  wanted: string | undefined,
): Extract<Actor, { kind: "user" }> {
  const membership =
    wanted === undefined ? memberships[0] : memberships.find(({ orgId }) => orgId === wanted);
  if (membership === undefined) {
    throw notFound(wanted === undefined ? "you belong to no organization" : `organization ${wanted}`);
  }
  const { orgId, role } = membership;
  return { kind: "user", id: user.id, name: user.email, operator: user.operator, orgId, role };
}
