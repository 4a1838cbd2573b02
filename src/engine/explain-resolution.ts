import { nearMatches } from "./near-matches.ts";
import type { OrgPlane, Target } from "./plane.ts";

export interface Explanation {
  readonly model: string;
  readonly rule: "provider_model" | "model_id" | "none";
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

/** Which model a name would run, and why, without running it. Follows the same tables as `resolve`. */
export function explainResolution(org: OrgPlane, model: string): Explanation {
  const slash = model.indexOf("/");
  const qualified =
    slash === -1
      ? undefined
      : org.byQualifiedName.get(model.slice(0, slash).toLowerCase() + model.slice(slash));
  if (qualified !== undefined) {
    const reason = problemOf(qualified) ?? "named by its provider";
    return {
      model,
      rule: "provider_model",
      targets: [explained(qualified, { chosen: true, reason })],
      near: [],
    };
  }
  const targets = org.byWireId.get(model);
  if (targets === undefined)
    return { model, rule: "none", targets: [], near: nearMatches(model, [...org.byWireId.keys()]) };
  return {
    model,
    rule: "model_id",
    targets: targets.map((target, rank) =>
      explained(target, { chosen: rank === 0, reason: reasonOf(target, rank) }),
    ),
    near: [],
  };
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
