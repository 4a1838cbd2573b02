import type { RouteConfig } from "../plane/route-config.ts";
import { nearMatches } from "./near-matches.ts";
import type { Candidate, OrgPlane, RoutePlane, Target } from "./plane.ts";
import { lookUp } from "./resolve.ts";

export interface Explanation {
  readonly model: string;
  readonly rule: "route" | "provider_model" | "model_id" | "none";
  readonly targets: ExplainedTarget[];
  readonly near: string[];
}

export interface ExplainedTarget {
  readonly provider: string;
  readonly provider_id: string;
  readonly model: string;
  readonly model_id: string;
  readonly chosen: boolean;
  readonly reason: string;
}

/** Which models a name would run, and why, whatever the request says. Follows the same tables as `resolve`. */
export function explainResolution(org: OrgPlane, model: string): Explanation {
  const found = lookUp(org, model);
  if (found === undefined) {
    const routes = [...org.routes.values()].map(({ config }) => config.name);
    return {
      model,
      rule: "none",
      targets: [],
      near: nearMatches(model, [...org.byWireId.keys(), ...routes]),
    };
  }
  const { candidates, by, route } = found;
  if (route !== undefined) return { model, rule: "route", targets: ofRoute(route), near: [] };
  if (by === "qualified_name") {
    const named = (target: Target) =>
      explained(target, { chosen: true, reason: problemOf(target) ?? "named by its provider" });
    return {
      model,
      rule: "provider_model",
      targets: candidates.map(({ target }) => named(target)),
      near: [],
    };
  }
  return {
    model,
    rule: "model_id",
    targets: candidates.map(({ target }, rank) =>
      explained(target, { chosen: rank === 0, reason: reasonOf(target, rank) }),
    ),
    near: [],
  };
}

/** In the admin's order; each that may be a call's first is chosen. */
function ofRoute({ config, candidates }: RoutePlane): ExplainedTarget[] {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  return candidates.map((candidate, rank) => {
    const { target, weight } = candidate;
    const chosen = isListed(config) ? rank === 0 : weight > 0 || total === 0;
    const reason = problemOf(target) ?? routeReason(config, candidate, { chosen, total });
    return explained(target, { chosen, reason });
  });
}

/** Whether the admin's order is the order of the tries. */
function isListed({ strategy }: Pick<RouteConfig, "strategy">): boolean {
  return strategy === "single" || strategy === "ordered" || strategy === "hedged";
}

function routeReason(
  { name, strategy }: RouteConfig,
  { weight }: Candidate,
  { chosen, total }: { readonly chosen: boolean; readonly total: number },
): string {
  const route = `the route \`${name}\` (${strategy})`;
  if (!chosen) return `stands in when others of ${route} fail`;
  if (strategy === "weighted" || strategy === "sticky")
    return `${Math.round((weight / total) * 1000) / 10} % of the calls of ${route}`;
  return isListed({ strategy }) ? `first of ${route}` : `one of ${route}`;
}

function reasonOf(target: Target, rank: number): string {
  const { priority, status } = target.provider.config;
  const order = `status ${status}, priority ${priority}`;
  return (
    problemOf(target) ??
    (rank === 0 ? `best provider that serves this id (${order})` : `next in line (${order})`)
  );
}

function problemOf(target: Target): string | undefined {
  const { misconfigured } = target.provider;
  return misconfigured === undefined ? undefined : `cannot be called: ${misconfigured}`;
}

function explained(
  { provider, model }: Target,
  outcome: { chosen: boolean; reason: string },
): ExplainedTarget {
  return {
    provider: provider.config.name,
    provider_id: provider.config.id,
    model: model.wireId,
    model_id: model.id,
    ...outcome,
  };
}
