import type { RouteRecord } from "../../storage/records/route-record.ts";
import { requireAdmin, requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { originOf } from "../origin.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import { requireNoRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { readTargets } from "./read-targets.ts";
import { requireFreeRouteName } from "./require-route.ts";
import { routeFields, routeTarget } from "./route-act.ts";
import type { CreateRouteInput } from "./route-input.ts";
import { strategyProblems } from "./route-problems.ts";
import { createRouteSchema } from "./route-schema.ts";
import type { RouteView } from "./route-view.ts";
import { toRouteView } from "./to-route-view.ts";

/** Makes a route. Throws `unprocessable` with all problems of its targets and strategy, `conflict` when the name is taken. */
export async function createRoute(ctx: ServiceContext, input: CreateRouteInput): Promise<RouteView> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(createRouteSchema, input);
  requireNoRevision(ctx, `The route \`${parsed.name}\``);
  const at = ctx.now();
  return ctx.storage.change(async (writes) => {
    await requireOrg(writes, parsed.orgId);
    const { targets, problems } = await readTargets(writes, { ...parsed, kept: new Set() });
    const { strategy, stickyBy, hedgeAfterMs } = parsed;
    const all = [...strategyProblems({ strategy, stickyBy, hedgeAfterMs, targets }), ...problems];
    if (all.length > 0) throw unprocessable(all);
    const route: RouteRecord = {
      id: ctx.newId("route"),
      orgId: parsed.orgId,
      name: parsed.name,
      strategy,
      stickyBy: strategy === "sticky" ? (stickyBy ?? "session") : undefined,
      retries: parsed.retries ?? undefined,
      hedgeAfterMs: hedgeAfterMs ?? undefined,
      targets,
      origin: originOf(ctx.actor),
      createdAt: at,
      updatedAt: at,
    };
    await requireFreeRouteName(writes, route);
    await writes.routes.insert(route);
    await recordAct(ctx, writes, {
      ...routeTarget(route),
      action: "route.create",
      after: routeFields(route),
    });
    return toRouteView(writes, route);
  });
}
