import { requireOrg, requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { type OrgSettingsView, toSettingsView } from "./org-settings-view.ts";

export async function getSettings(
  ctx: ServiceContext,
  input: { readonly orgId: string },
): Promise<OrgSettingsView> {
  requireViewer(ctx, input.orgId);
  return toSettingsView(await requireOrg(ctx.storage.reads, input.orgId));
}
