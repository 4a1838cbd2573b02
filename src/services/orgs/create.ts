import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { OrgView } from "./org-view.ts";
export async function createOrg(ctx: ServiceContext, input: { readonly name: string }): Promise<OrgView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
