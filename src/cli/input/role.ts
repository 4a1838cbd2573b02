import { usageError } from "../cli-error.ts";

const roles = ["owner", "admin", "member", "viewer"] as const;

export const roleArg = {
  type: "string",
  valueHint: "ROLE",
  description: "viewer, member, admin or owner; the last two need an owner's session, not a key",
} as const;

/** Throws when it is none. */
export function parseRole(text: string): (typeof roles)[number] {
  const role = roles.find((each) => each === text);
  if (role === undefined) throw usageError(`the role must be one of ${roles.join(", ")}`);
  return role;
}
