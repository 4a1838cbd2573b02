import { PenstockError } from "../../errors/penstock-error.ts";
import { requireOrg, requireRole } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { orgImpact } from "./impact.ts";

/**
 * Deletes an org with all it has, but its audit log and its ledger; for owners. Throws `conflict` for the last org, and,
 * unless forced, for one that still has providers or live keys, saying how many.
 */
export async function removeOrg(
  ctx: ServiceContext,
  { orgId, force = false }: { readonly orgId: string; readonly force?: boolean | undefined },
): Promise<void> {
  requireRole(ctx, { orgId, role: "owner" });
  await ctx.storage.change(async (writes) => {
    const org = await requireOrg(writes, orgId);
    requireRevision(ctx, { what: `The organization \`${org.name}\``, updatedAt: org.updatedAt });
    if ((await writes.orgs.count()) === 1) {
      throw new PenstockError("conflict", {
        fields: { reason: "It is the last organization of this instance." },
      });
    }
    const impact = await orgImpact(writes, orgId);
    const { providers, models, keys } = impact;
    if (!force && providers + keys > 0) {
      const reason = `\`${org.name}\` has ${providers} providers with ${models} models, and ${keys} live keys; deleting it ends them (\`force=true\`).`;
      throw new PenstockError("conflict", { fields: { reason } });
    }
    await writes.orgs.remove(orgId);
    // In the instance's chain too: the org's own can be asked for by nobody from now on.
    for (const chain of [orgId, undefined]) {
      await recordAct(ctx, writes, {
        orgId: chain,
        action: "org.delete",
        target: { kind: "org", id: orgId, name: org.name },
        before: { name: org.name, ...impact },
      });
    }
  });
}
