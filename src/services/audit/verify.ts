import { constantTimeEqual } from "../../secrets/constant-time-equal.ts";
import type { ServiceContext } from "../service-context.ts";
import { genesis, macOf } from "./chain.ts";
import { requireAuditor } from "./require-auditor.ts";

export interface AuditVerification {
  readonly intact: boolean;
  /** Acts that were checked and found in place. */
  readonly events: number;
  /** The code of the last good act: kept elsewhere, it proves later that nothing up to it was cut off. */
  readonly head: string | undefined;
  /** Of the first act that does not fit: altered, or one before it is missing. */
  readonly brokenAt: { readonly seq: number; readonly id: string } | undefined;
  /** Whether the act that `expectHead` names is in the chain; undefined when none was named. */
  readonly expectedHeadFound: boolean | undefined;
}

const batch = 1_000;

/** Recomputes an org's whole audit chain; without an org, for operators, the instance's own. `expectHead`: the `head` of an earlier verification. */
export async function verifyAudit(
  ctx: ServiceContext,
  input: { readonly orgId: string | undefined; readonly expectHead?: string | undefined },
): Promise<AuditVerification> {
  requireAuditor(ctx, input.orgId);
  let mac = genesis;
  let seq = 0;
  let found = false;
  const result = (brokenAt: AuditVerification["brokenAt"]): AuditVerification => ({
    intact: brokenAt === undefined && (input.expectHead === undefined || found),
    events: seq,
    head: mac === genesis ? undefined : mac,
    brokenAt,
    expectedHeadFound: input.expectHead === undefined ? undefined : found,
  });
  while (true) {
    const rows = await ctx.storage.reads.audit.chain({ orgId: input.orgId ?? "", after: seq, limit: batch });
    for (const row of rows) {
      const fits = row.seq === seq + 1 && constantTimeEqual(row.mac, macOf(ctx, row, mac));
      if (!fits) return result({ seq: row.seq, id: row.id });
      ({ mac, seq } = row);
      if (mac === input.expectHead) found = true;
    }
    if (rows.length < batch) return result(undefined);
  }
}
