import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { OrgView } from "./org-view.ts";
/** `model`: null clears it. `mustExist` (true by default): refuse a name no enabled model answers to. */
export async function setDefaultModel(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly model: string | null; readonly mustExist?: boolean | undefined },
): Promise<OrgView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
