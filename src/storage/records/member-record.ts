/** A person's place in one organization. Times are milliseconds since the epoch. */
export interface MemberRecord {
  readonly orgId: string;
  readonly orgName: string;
  readonly userId: string;
  /** The person's, at hand since nobody is listed without them. */
  readonly email: string;
  readonly name: string;
  /** `services/members/role.ts` says which there are. */
  readonly role: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}
