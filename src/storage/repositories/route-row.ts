import type { RouteStrategy, RouteTargetConfig, StickyBy } from "../../plane/route-config.ts";
import { foldName, fromJson, toNull, toOptional } from "../columns.ts";
import { toOrigin } from "../records/origin.ts";
import type { RouteRecord } from "../records/route-record.ts";
import type { NewRow, Row } from "../schema.ts";

export function toRoute(row: Row<"routes">, targets: readonly Row<"route_targets">[]): RouteRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    // Only this repository writes these two columns, from the same types.
    strategy: row.strategy as RouteStrategy,
    stickyBy: toOptional(row.sticky_by as StickyBy | null),
    retries: toOptional(row.retries),
    hedgeAfterMs: toOptional(row.hedge_after_ms),
    targets: targets.map(toTarget),
    origin: toOrigin(row.origin),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toTarget(row: Row<"route_targets">): RouteTargetConfig {
  return {
    modelId: row.model_id,
    weight: row.weight,
    ...(row.parameters !== null && {
      parameters: fromJson<NonNullable<RouteTargetConfig["parameters"]>>(row.parameters),
    }),
    ...(row.timeouts !== "{}" && {
      timeouts: fromJson<NonNullable<RouteTargetConfig["timeouts"]>>(row.timeouts),
    }),
  };
}

export function fromRoute(route: RouteRecord): NewRow<"routes"> {
  return {
    id: route.id,
    org_id: route.orgId,
    name: route.name,
    name_folded: foldName(route.name),
    strategy: route.strategy,
    sticky_by: toNull(route.stickyBy),
    retries: toNull(route.retries),
    hedge_after_ms: toNull(route.hedgeAfterMs),
    origin: route.origin,
    created_at: route.createdAt,
    updated_at: route.updatedAt,
  };
}

export function fromTargets(route: RouteRecord): NewRow<"route_targets">[] {
  return route.targets.map(({ modelId, weight, parameters, timeouts }, position) => ({
    route_id: route.id,
    position,
    model_id: modelId,
    weight,
    parameters: parameters === undefined ? null : JSON.stringify(parameters),
    timeouts: JSON.stringify(timeouts ?? {}),
  }));
}
