import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
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

/** Which enabled model answers to a name, by the data plane's rules: its provider's name first, then the best provider of the id. */
export class ServedNames {
  readonly #byName = new Map<string, ServedModel[]>();

  private constructor(served: readonly ServedModel[]) {
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
    );
  }

  /** The model that runs for `name` when those in `without` (ids) are gone. */
  find(name: string, without: ReadonlySet<string> = new Set()): ServedModel | undefined {
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
