import { PenstockError } from "../../errors/penstock-error.ts";
import type { Page, PageInput } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { OrgView } from "./org-view.ts";
export async function listOrgs(ctx: ServiceContext, input: PageInput): Promise<Page<OrgView>> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
