import type { MemberRecord } from "../../storage/records/member-record.ts";
import { type Role, toRole } from "./role.ts";

/** A person's place in an org as others see it. `id` is the user's. Times are milliseconds since the epoch. */
export interface MemberView {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function toMemberView({ userId, email, name, role, createdAt, updatedAt }: MemberRecord): MemberView {
  return { id: userId, email, name, role: toRole(role), createdAt, updatedAt };
}
