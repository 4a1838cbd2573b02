import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";

export async function verifySetupToken(
  ctx: ServiceContext,
  input: { readonly token: string },
): Promise<boolean> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
