import type { AuditRecord } from "../../storage/records/audit-record.ts";
import type { ServiceContext } from "../service-context.ts";

/** What stands before the first act of an org. */
export const genesis = "";

/** The code that binds an act to the one before it: keyed, so that it cannot be made anew without the instance's secret. */
export function macOf(
  ctx: Pick<ServiceContext, "vault">,
  record: Omit<AuditRecord, "mac">,
  previousMac: string,
): string {
  const { id, orgId, seq, at, actorKind, actorId, actorName, address, requestId } = record;
  const { action, targetKind, targetId, targetName, before, after } = record;
  const fields = [
    ...[previousMac, id, orgId, seq, at, actorKind, actorId ?? null, actorName, address ?? null],
    ...[requestId ?? null, action, targetKind, targetId ?? null, targetName, before ?? null, after ?? null],
  ];
  return ctx.vault.chain(JSON.stringify(fields));
}
