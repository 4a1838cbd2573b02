import { foldName } from "../../storage/columns.ts";
import type { ModelKind, ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";

/** A model with the provider that serves it. */
export interface ServedModel {
  readonly provider: ProviderRecord;
  readonly model: ModelRecord;
}

/** What a request may call a model by, besides its bare id. */
export function qualifiedName({ provider, model }: ServedModel): string {
  return `${provider.name}/${model.wireId}`;
}

/**
 * Which enabled model answers to a name, by the data plane's rules: none where a route has the name, else its provider's name first,
 * then the best provider of the id.
 */
export class ServedNames {
  readonly #byName = new Map<string, ServedModel[]>();
  readonly #byId: ReadonlyMap<string, ServedModel>;
  readonly #served: readonly ServedModel[];
  /** By folded name. */
  readonly #routes: ReadonlyMap<string, RouteRecord>;

  private constructor(served: readonly ServedModel[], routes: readonly RouteRecord[]) {
    this.#served = served;
    this.#byId = new Map(served.map((each) => [each.model.id, each]));
    this.#routes = new Map(routes.map((route) => [foldName(route.name), route]));
    for (const each of served) {
      for (const name of [foldProvider(qualifiedName(each)), each.model.wireId]) {
        const others = this.#byName.get(name);
        if (others === undefined) this.#byName.set(name, [each]);
        else others.push(each);
      }
    }
  }

  static async load(reads: Reads, orgId: string): Promise<ServedNames> {
    const providers = (await reads.providers.listByOrg(orgId))
      .filter((provider) => provider.enabled)
      .sort((a, b) => a.priority - b.priority || a.createdAt - b.createdAt);
    const models = Map.groupBy(await reads.models.enabledByOrg(orgId), (model) => model.providerId);
    return new ServedNames(
      providers.flatMap((provider) => (models.get(provider.id) ?? []).map((model) => ({ provider, model }))),
      await reads.routes.listByOrg(orgId),
    );
  }

  /** As if this route were gone. */
  withoutRoute(route: RouteRecord): ServedNames {
    const others = [...this.#routes.values()].filter(({ id }) => id !== route.id);
    return new ServedNames(this.#served, others);
  }

  /** An enabled model by its id. */
  byId(id: string): ServedModel | undefined {
    return this.#byId.get(id);
  }

  /** What a call that says `name` would run, route or model; undefined: nothing that is served. */
  kindOf(name: string): ModelKind | undefined {
    const route = this.#routes.get(foldName(name));
    if (route === undefined) return this.find(name)?.model.kind;
    return route.targets
      .map(({ modelId }) => this.byId(modelId)?.model.kind)
      .find((kind) => kind !== undefined);
  }

  /** The model that runs for `name` when those in `without` (ids) are gone. */
  find(name: string, without: ReadonlySet<string> = new Set()): ServedModel | undefined {
    if (this.#routes.has(foldName(name))) return undefined;
    for (const spelling of [foldProvider(name), name]) {
      const found = this.#byName.get(spelling)?.find(({ model }) => !without.has(model.id));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** A provider's name counts without case, a model's id with. */
function foldProvider(name: string): string {
  const slash = name.indexOf("/");
  return slash === -1 ? name : name.slice(0, slash).toLowerCase() + name.slice(slash);
}
