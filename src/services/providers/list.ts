import { PenstockError } from "../../errors/penstock-error.ts";
import type { Page, PageInput } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ProviderView } from "./provider-view.ts";
export async function listProviders(
  ctx: ServiceContext,
  input: PageInput & { readonly orgId: string },
): Promise<Page<ProviderView>> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
