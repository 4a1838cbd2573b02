import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { OrgRecord } from "../../storage/records/org-record.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { requireOrg } from "../access.ts";
import { toRouteViews } from "../routes/to-route-view.ts";

/** A place where the org's configuration names a model. */
export type Binding =
  | {
      readonly kind: "default_model" | "default_embedding_model";
      readonly org: OrgRecord;
      readonly name: string;
    }
  | { readonly kind: "key"; readonly key: KeyRecord; readonly name: string }
  | {
      readonly kind: "route";
      readonly route: RouteRecord;
      /** A route means one model, whatever it is called. */
      readonly modelId: string;
      readonly name: string;
    };

/** Every place of the org that names a model. */
export async function listBindings(reads: Reads, orgId: string): Promise<readonly Binding[]> {
  const org = await requireOrg(reads, orgId);
  const { defaultModel, settings } = org;
  const defaults = [
    { kind: "default_model", org, name: defaultModel } as const,
    { kind: "default_embedding_model", org, name: settings.defaultEmbeddingModel } as const,
  ].flatMap(({ name, ...rest }): Binding[] => (name === undefined ? [] : [{ ...rest, name }]));
  const keys = (await reads.keys.listLiveByOrg(orgId)).flatMap((key) =>
    (key.allowedModels ?? []).map((name): Binding => ({ kind: "key", key, name })),
  );
  return [...defaults, ...keys, ...(await routeBindings(reads, orgId))];
}

/** Each model of a route once. */
async function routeBindings(reads: Reads, orgId: string): Promise<readonly Binding[]> {
  const routes = await reads.routes.listByOrg(orgId);
  return (await toRouteViews(reads, { orgId, routes })).flatMap((view, index): Binding[] => {
    const route = routes[index];
    if (route === undefined) return [];
    const names = new Map(view.targets.map(({ modelId, model }) => [modelId, model ?? modelId]));
    return [...names].map(([modelId, name]) => ({ kind: "route", route, modelId, name }));
  });
}

/** What the binding belongs to, for people. */
export function holderOf(binding: Binding): { readonly id: string; readonly name: string } {
  switch (binding.kind) {
    case "default_model":
    case "default_embedding_model":
      return binding.org;
    case "key":
      return binding.key;
    case "route":
      return binding.route;
  }
}
