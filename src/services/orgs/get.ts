import { requireOrg, requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import type { OrgView } from "./org-view.ts";

export async function getOrg(ctx: ServiceContext, input: { readonly orgId: string }): Promise<OrgView> {
  requireViewer(ctx, input.orgId);
  return requireOrg(ctx.storage.reads, input.orgId);
}
