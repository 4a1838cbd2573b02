import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import type { ReleaseMode } from "../bindings/release.ts";
import { releaseRoute } from "../bindings/route-bindings.ts";
import { requireOrigin } from "../origin.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireRoute } from "./require-route.ts";
import { routeFields, routeTarget } from "./route-act.ts";

/** Forgets a route. Throws `in_use`, naming the places, when a default or a key names it and the caller agreed to nothing. */
export async function removeRoute(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly routeId: string; readonly mode?: ReleaseMode | undefined },
): Promise<void> {
  requireAdmin(ctx, input.orgId);
  await ctx.storage.change(async (writes) => {
    const route = await requireRoute(writes, input);
    requireOrigin(ctx, { what: `route \`${route.name}\``, origin: route.origin });
    requireRevision(ctx, { what: `The route \`${route.name}\``, updatedAt: route.updatedAt });
    await releaseRoute(ctx, writes, { route, mode: input.mode ?? {} });
    await writes.routes.remove(route);
    const act = { ...routeTarget(route), before: routeFields(route) };
    await recordAct(ctx, writes, { ...act, action: "route.delete" });
  });
}
