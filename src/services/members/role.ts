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
