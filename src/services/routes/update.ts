import type { RouteRecord } from "../../storage/records/route-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { replaceNames } from "../bindings/replace-names.ts";
import { bindingsOfRoute } from "../bindings/route-bindings.ts";
import { laterThan } from "../later-than.ts";
import { requireOrigin } from "../origin.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { readTargets } from "./read-targets.ts";
import { requireFreeRouteName, requireRoute } from "./require-route.ts";
import { routeFields, routeTarget } from "./route-act.ts";
import type { UpdateRouteInput } from "./route-input.ts";
import { strategyProblems } from "./route-problems.ts";
import { updateRouteSchema } from "./route-schema.ts";
import type { RouteView } from "./route-view.ts";
import { toRouteView } from "./to-route-view.ts";

/**
 * Changes a route; keys and defaults that name it follow a new name. Throws as `createRoute` does, and `origin_conflict` when a
 * file manages the route, or under a new name a place that names it.
 */
export async function updateRoute(ctx: ServiceContext, input: UpdateRouteInput): Promise<RouteView> {
  requireAdmin(ctx, input.orgId);
  const parsed = parseInput(updateRouteSchema, input);
  return ctx.storage.change(async (writes) => {
    const route = await requireRoute(writes, parsed);
    requireOrigin(ctx, { what: `route \`${route.name}\``, origin: route.origin });
    requireRevision(ctx, { what: `The route \`${route.name}\``, updatedAt: route.updatedAt });
    const changed = await apply(writes, route, parsed);
    if (Bun.deepEquals(changed, route)) return toRouteView(writes, route);
    const next = { ...changed, updatedAt: laterThan(route.updatedAt, ctx.now()) };
    if (next.name !== route.name) {
      await requireFreeRouteName(writes, next);
      const named = await bindingsOfRoute(writes, route);
      await replaceNames(
        ctx,
        writes,
        named.map((binding) => ({ binding, to: next.name })),
      );
    }
    await writes.routes.replace(next);
    const act = { ...routeTarget(route), before: routeFields(route), after: routeFields(next) };
    await recordAct(ctx, writes, { ...act, action: "route.update" });
    return toRouteView(writes, next);
  });
}

async function apply(writes: Writes, route: RouteRecord, change: UpdateRouteInput): Promise<RouteRecord> {
  const kept = new Set(route.targets.map(({ modelId }) => modelId));
  const read =
    change.targets === undefined
      ? { targets: route.targets, problems: [] }
      : await readTargets(writes, { orgId: route.orgId, targets: change.targets, kept });
  const strategy = change.strategy ?? route.strategy;
  const { stickyBy, hedgeAfterMs, retries } = change;
  const problems = strategyProblems({ strategy, stickyBy, hedgeAfterMs, targets: read.targets });
  const all = [...problems, ...read.problems];
  if (all.length > 0) throw unprocessable(all);
  const pick = <T>(sent: T | null | undefined, stored: T | undefined) =>
    sent === undefined ? stored : (sent ?? undefined);
  return {
    ...route,
    name: change.name ?? route.name,
    strategy,
    // What belongs to another strategy goes with it.
    stickyBy: strategy === "sticky" ? (pick(stickyBy, route.stickyBy) ?? "session") : undefined,
    hedgeAfterMs: strategy === "hedged" ? pick(hedgeAfterMs, route.hedgeAfterMs) : undefined,
    retries: pick(retries, route.retries),
    targets: read.targets,
  };
}
