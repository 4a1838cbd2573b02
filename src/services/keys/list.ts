import { PenstockError } from "../../errors/penstock-error.ts";
import type { Page, PageInput } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { KeyView } from "./key-view.ts";
/** Revoked keys are left out unless asked for. */
export async function listKeys(
  ctx: ServiceContext,
  input: PageInput & { readonly orgId: string; readonly revoked?: boolean | undefined },
): Promise<Page<KeyView>> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
