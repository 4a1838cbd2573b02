import type { RouteConfig, RouteTargetConfig } from "../plane/route-config.ts";
import type { Candidate, OrgPlane, RoutePlane, Target } from "./plane.ts";

/**
 * The org's routes by lower-case name, each with those of its targets that are served. `previous` (absent when the models changed)
 * keeps what did not change the same object.
 */
export function compileRoutes(
  configs: readonly RouteConfig[],
  served: Iterable<Target>,
  previous: Pick<OrgPlane, "routes"> | undefined,
): OrgPlane["routes"] {
  const known = new Map([...(previous?.routes.values() ?? [])].map((route) => [route.config, route]));
  if (previous !== undefined && known.size === configs.length && configs.every((each) => known.has(each)))
    return previous.routes;
  const targets = new Map<string, Target>();
  if (configs.length > 0) for (const target of served) targets.set(target.model.id, target);
  const routes = configs.map((config): RoutePlane => known.get(config) ?? compileRoute(config, targets));
  return new Map(routes.map((route) => [route.config.name.toLowerCase(), route]));
}

function compileRoute(config: RouteConfig, targets: ReadonlyMap<string, Target>): RoutePlane {
  return {
    config,
    candidates: config.targets.flatMap((each): Candidate[] => {
      const target = targets.get(each.modelId);
      return target === undefined ? [] : [toCandidate(target, each)];
    }),
  };
}

function toCandidate(target: Target, { weight, parameters, timeouts }: RouteTargetConfig): Candidate {
  return {
    target,
    weight,
    ...(parameters !== undefined && { parameters }),
    ...(timeouts !== undefined && { timeouts }),
  };
}
