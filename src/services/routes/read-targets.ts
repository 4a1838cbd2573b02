import type { ErrorProblem } from "../../errors/penstock-error.ts";
import type { RouteTargetConfig } from "../../plane/route-config.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { qualifiedName, type ServedModel } from "../bindings/served-names.ts";
import { mergeTimeouts } from "../providers/merge-timeouts.ts";
import type { RouteTargetInput } from "./route-input.ts";

interface ReadTargets {
  readonly targets: readonly RouteTargetConfig[];
  readonly problems: readonly ErrorProblem[];
}

/** Targets as they are kept, their models found; what is wrong with them is returned, not thrown, so that all of it is told. */
export async function readTargets(
  reads: Reads,
  input: {
    readonly orgId: string;
    readonly targets: readonly RouteTargetInput[];
    /** Ids of models the route has already: they may stay, whatever became of them. */
    readonly kept: ReadonlySet<string>;
  },
): Promise<ReadTargets> {
  const known = await loadModels(reads, input.orgId);
  const problems: ErrorProblem[] = [];
  const kinds = new Map<ModelRecord["kind"], number>();
  const targets = input.targets.map((each, index): RouteTargetConfig => {
    const path = `/targets/${index}/model`;
    const served = known.get(each.model) ?? known.get(foldQualified(each.model));
    const problem = problemOf(served, each.model, input.kept);
    if (problem !== undefined) problems.push({ path, message: problem });
    if (served !== undefined) {
      const { kind } = served.model;
      const other = [...kinds.keys()].find((one) => (one === "embedding") !== (kind === "embedding"));
      if (other !== undefined)
        problems.push({
          path,
          message: `is a model for ${kind}, beside one for ${other}: no call could use both`,
        });
      kinds.set(kind, index);
    }
    const timeouts = mergeTimeouts(each.timeouts ?? {}, {});
    return {
      modelId: served?.model.id ?? each.model,
      weight: each.weight ?? 1,
      ...(each.parameters != null &&
        Object.keys(each.parameters).length > 0 && { parameters: each.parameters }),
      ...(Object.keys(timeouts).length > 0 && { timeouts }),
    };
  });
  return { targets, problems };
}

function problemOf(
  served: ServedModel | undefined,
  named: string,
  kept: ReadonlySet<string>,
): string | undefined {
  if (kept.has(served?.model.id ?? named)) return undefined;
  if (served === undefined) return "is no model of this organization; name it `provider/model`, or by its id";
  if (!served.model.enabled) return `is disabled: \`${qualifiedName(served)}\``;
  return served.provider.enabled
    ? undefined
    : `is of a provider that is disabled: \`${qualifiedName(served)}\``;
}

/** By id and by qualified name, the provider's name in lower case. */
async function loadModels(reads: Reads, orgId: string): Promise<ReadonlyMap<string, ServedModel>> {
  const providers = new Map((await reads.providers.listByOrg(orgId)).map((each) => [each.id, each]));
  const known = new Map<string, ServedModel>();
  for (const model of await reads.models.allByOrg(orgId)) {
    const provider = providers.get(model.providerId);
    if (provider === undefined) continue;
    const served = { provider, model };
    known.set(model.id, served);
    known.set(foldQualified(qualifiedName(served)), served);
  }
  return known;
}

function foldQualified(name: string): string {
  const slash = name.indexOf("/");
  return name.slice(0, Math.max(0, slash)).toLowerCase() + name.slice(Math.max(0, slash));
}
