/** What a member may do in an org, the mightiest first: each may all that the next one may. */
export const roles = ["owner", "admin", "member", "viewer"] as const;

/**
 * `viewer` sees the configuration; `member` uses it, too (own connections); `admin` manages providers, models, keys and
 * settings; `owner` also says who is admin or owner, and may delete the org.
 */
export type Role = (typeof roles)[number];

/** Whether `role` may all that `needed` may. */
export function covers(role: Role, needed: Role): boolean {
  return roles.indexOf(role) <= roles.indexOf(needed);
}

/** A role as the database has it. An unknown one, which nothing writes, may least. */
export function toRole(text: string): Role {
  return roles.find((role) => role === text) ?? "viewer";
}

/** Whether only an owner may give or take it. */
export function isMighty(role: Role): boolean {
  return covers(role, "admin");
}
