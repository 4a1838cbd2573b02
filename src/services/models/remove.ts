import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";

export async function removeModel(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly modelId: string },
): Promise<void> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
