import type { Role } from "../members/role.ts";

/** A person as they see themselves. */
export interface UserView {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** May make organizations. */
  readonly operator: boolean;
}

/** An org of theirs. */
export interface MembershipView {
  readonly orgId: string;
  readonly orgName: string;
  readonly role: Role;
}

/** A live session and whose it is. Times are milliseconds since the epoch. */
export interface SessionView {
  readonly id: string;
  readonly user: UserView;
  /** The oldest first. */
  readonly memberships: readonly MembershipView[];
  readonly expiresAt: number;
}

/** What an act on sessions leaves with the client. */
export interface SignedIn {
  readonly session: SessionView;
  /** Values of `set-cookie`. */
  readonly cookies: readonly string[];
}
