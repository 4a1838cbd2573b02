import type { RouteTargetConfig } from "../../plane/route-config.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { qualifiedName, type ServedModel } from "../bindings/served-names.ts";
import type { RouteTargetView, RouteView } from "./route-view.ts";

/** One route with the names of its models. */
export async function toRouteView(reads: Reads, route: RouteRecord): Promise<RouteView> {
  const [view] = await toRouteViews(reads, { orgId: route.orgId, routes: [route] });
  if (view === undefined) throw new RangeError("one route has one view");
  return view;
}

/** The same for a page of them, with as many queries as for one. */
export async function toRouteViews(
  reads: Reads,
  { orgId, routes }: { readonly orgId: string; readonly routes: readonly RouteRecord[] },
): Promise<readonly RouteView[]> {
  const ids = [...new Set(routes.flatMap(({ targets }) => targets.map(({ modelId }) => modelId)))];
  const models = await reads.models.list({ orgId, ids });
  const providers = await reads.providers.list([...new Set(models.map(({ providerId }) => providerId))]);
  const served = new Map<string, ServedModel>();
  for (const model of models) {
    const provider = providers.find(({ id }) => id === model.providerId);
    if (provider !== undefined) served.set(model.id, { provider, model });
  }
  return routes.map((route) => ({
    ...route,
    kind: route.targets
      .map(({ modelId }) => served.get(modelId)?.model.kind)
      .find((kind) => kind !== undefined),
    targets: route.targets.map((target) => toTargetView(target, served.get(target.modelId))),
  }));
}

function toTargetView(target: RouteTargetConfig, found: ServedModel | undefined): RouteTargetView {
  if (found === undefined) return { ...target, model: undefined, state: "gone" };
  const state = found.model.enabled && found.provider.enabled ? "served" : "disabled";
  return { ...target, model: qualifiedName(found), state };
}
