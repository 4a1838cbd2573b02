import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireRoute } from "./require-route.ts";
import type { RouteView } from "./route-view.ts";
import { toRouteView } from "./to-route-view.ts";

/** One route of the org. Throws `not_found`. */
export async function getRoute(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly routeId: string },
): Promise<RouteView> {
  requireViewer(ctx, input.orgId);
  const { reads } = ctx.storage;
  return toRouteView(reads, await requireRoute(reads, input));
}
