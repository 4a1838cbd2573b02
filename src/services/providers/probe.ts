import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { CheckResult } from "./provider-input.ts";
import type { ProviderView } from "./provider-view.ts";
export async function probeProvider(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<{ readonly result: CheckResult; readonly provider: ProviderView }> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
