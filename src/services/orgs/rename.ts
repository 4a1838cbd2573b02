import { z } from "zod";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { nameSchema } from "../name-schema.ts";
import { parseInput } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireFreeName } from "./create.ts";
import type { OrgView } from "./org-view.ts";

const schema = z.object({ name: nameSchema });

/** Throws `conflict` when another org has the name. A configuration file that names the org must follow. */
export async function renameOrg(
  ctx: ServiceContext,
  { orgId, ...input }: { readonly orgId: string; readonly name: string },
): Promise<OrgView> {
  requireAdmin(ctx, orgId);
  const { name } = parseInput(schema, input);
  return ctx.storage.change(async (writes) => {
    const org = await requireOrg(writes, orgId);
    requireRevision(ctx, { what: `The organization \`${org.name}\``, updatedAt: org.updatedAt });
    if (org.name === name) return org;
    if (org.name.toLowerCase() !== name.toLowerCase()) await requireFreeName(writes, name);
    await writes.orgs.rename({ orgId, name, at: laterThan(org.updatedAt, ctx.now()) });
    await recordAct(ctx, writes, {
      orgId,
      action: "org.update",
      target: { kind: "org", id: orgId, name },
      before: { name: org.name },
      after: { name },
    });
    return requireOrg(writes, orgId);
  });
}
