import { requireViewer } from "../access.ts";
import type { AffectedBinding } from "../bindings/impact.ts";
import { affectedByRoute } from "../bindings/route-bindings.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireRoute } from "./require-route.ts";

/** Says what names a route, and what would answer to its name without it. */
export async function routeImpact(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly routeId: string },
): Promise<{ readonly bindings: readonly AffectedBinding[] }> {
  requireViewer(ctx, input.orgId);
  return ctx.storage.consistently(async (reads) => ({
    bindings: await affectedByRoute(reads, await requireRoute(reads, input)),
  }));
}
