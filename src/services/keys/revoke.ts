import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { KeyView } from "./key-view.ts";
/** Idempotent. */
export async function revokeKey(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly keyId: string },
): Promise<KeyView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
