import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { KeyView } from "./key-view.ts";
/** The live key with this value; throws `key_invalid`. For the control plane: the data plane looks into its snapshot. */
export async function authenticateKey(
  ctx: ServiceContext,
  input: { readonly presented: string; readonly carrier: "header" | "url" },
): Promise<KeyView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
