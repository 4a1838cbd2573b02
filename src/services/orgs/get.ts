import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { OrgView } from "./org-view.ts";
export async function getOrg(ctx: ServiceContext, input: { readonly orgId: string }): Promise<OrgView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
