import type { PasswordResetRecord } from "../../storage/records/password-reset-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { Actor } from "../actor.ts";
import { isActive } from "../keys/to-key-view.ts";
import { toRole } from "../members/role.ts";

/** Whose rights a link stands on, as a record has it. */
export function makerOf(actor: Actor): Pick<PasswordResetRecord, "makerKind" | "makerId"> {
  const isKnown = actor.kind === "key" || actor.kind === "user";
  return { makerKind: actor.kind, makerId: isKnown ? actor.id : "" };
}

/** Who made a link, with the rights they have now; undefined when they have none any more. */
export async function findMaker(
  reads: Reads,
  reset: PasswordResetRecord,
  now: number,
): Promise<Actor | undefined> {
  const { orgId, makerKind, makerId: id } = reset;
  if (makerKind === "system") return { kind: "system", name: "server" };
  if (makerKind === "key") {
    const key = await reads.keys.find({ orgId, id });
    if (key === undefined || !isActive(key, now)) return undefined;
    return { kind: "key", id, name: key.name, orgId, scopes: key.scopes };
  }
  const member = await reads.members.find({ orgId, userId: id });
  if (makerKind !== "user" || member === undefined) return undefined;
  const operator = await reads.members.isOperator(id);
  return { kind: "user", id, name: member.email, orgId, role: toRole(member.role), operator };
}
