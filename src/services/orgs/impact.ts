import type { Reads } from "../../storage/repositories/reads.ts";
import { requireOrg, requireRole } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";

/** What goes with an org. Its audit log and its ledger stay. */
export interface OrgImpact {
  readonly providers: number;
  readonly models: number;
  /** Live ones: they stop working at once. */
  readonly keys: number;
  readonly members: number;
}

/** What deleting the org would take with it; for owners. */
export async function getOrgImpact(
  ctx: ServiceContext,
  { orgId }: { readonly orgId: string },
): Promise<OrgImpact> {
  requireRole(ctx, { orgId, role: "owner" });
  return ctx.storage.consistently(async (reads) => {
    await requireOrg(reads, orgId);
    return orgImpact(reads, orgId);
  });
}

export async function orgImpact(reads: Reads, orgId: string): Promise<OrgImpact> {
  const providers = await reads.providers.listByOrg(orgId);
  const models = await reads.models.countByProviders(providers.map(({ id }) => id));
  return {
    providers: providers.length,
    models: [...models.values()].reduce((sum, { total }) => sum + total, 0),
    keys: await reads.keys.countLive(orgId),
    members: await reads.members.count({ orgId }),
  };
}
