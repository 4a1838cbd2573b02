import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import type { KeyView } from "./key-view.ts";
import { requireKey } from "./require-key.ts";
import { toKeyView } from "./to-key-view.ts";

/** One key of the org, revoked or not. Throws `not_found`. */
export async function getKey(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly keyId: string },
): Promise<KeyView> {
  requireViewer(ctx, input.orgId);
  return toKeyView(await requireKey(ctx.storage.reads, input), ctx.now());
}
