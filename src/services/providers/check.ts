import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { CandidateInput, CheckResult } from "./provider-input.ts";
export async function checkProvider(
  ctx: ServiceContext,
  input: CandidateInput & { readonly orgId: string; readonly name?: string | undefined },
): Promise<CheckResult> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
