import { requireAdmin, requireOperator } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";

/** An org's admins read its log; the instance's own (`orgId` undefined) is for operators. */
export function requireAuditor(ctx: ServiceContext, orgId: string | undefined): void {
  if (orgId === undefined) requireOperator(ctx);
  else requireAdmin(ctx, orgId);
}
