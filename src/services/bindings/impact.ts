import type { Reads } from "../../storage/repositories/reads.ts";
import { type Binding, holderOf, listBindings } from "./binding.ts";
import { modelOf } from "./rebind.ts";
import { qualifiedName, type ServedModel, ServedNames } from "./served-names.ts";

/** What becomes of one place that names a model, when that model is gone. */
export interface AffectedBinding {
  readonly kind: Binding["kind"];
  readonly id: string;
  readonly name: string;
  /** The model as it is named there. */
  readonly model: string;
  /** What answers to that name then, as `provider/model`; undefined: nothing, and calls fail. */
  readonly movesTo: string | undefined;
}

/** The places that stop working, or are served by another model, when `models` (ids) are gone. */
export async function affectedBindings(
  reads: Reads,
  input: { readonly orgId: string; readonly models: ReadonlySet<string> },
): Promise<readonly AffectedBinding[]> {
  const names = await ServedNames.load(reads, input.orgId);
  const affected: AffectedBinding[] = [];
  for (const binding of await listBindings(reads, input.orgId)) {
    if (!input.models.has(modelOf(binding, names) ?? "")) continue;
    const { id, name } = holderOf(binding);
    const after = successorOf(binding, names, input.models);
    affected.push({
      kind: binding.kind,
      id,
      name,
      model: binding.name,
      movesTo: after && qualifiedName(after),
    });
  }
  return affected;
}

/** A route goes on with what is left of its targets. */
function successorOf(
  binding: Binding,
  names: ServedNames,
  gone: ReadonlySet<string>,
): ServedModel | undefined {
  if (binding.kind !== "route") return names.find(binding.name, gone);
  const left = binding.route.targets.filter(({ modelId }) => !gone.has(modelId));
  return left.map(({ modelId }) => names.byId(modelId)).find((served) => served !== undefined);
}

const holderNames: Readonly<Record<Binding["kind"], string>> = {
  default_model: "the default model of",
  default_embedding_model: "the default embedding model of",
  key: "the key",
  route: "the route",
};

/** For a caller's message: `the key `ci``. */
export function describePlace(binding: Binding): string {
  return `${holderNames[binding.kind]} \`${holderOf(binding).name}\``;
}

/** For a caller's message: `the default model of acme, key ci`. */
export function describeAffected(affected: readonly AffectedBinding[]): string {
  const shown = affected.slice(0, 5).map(({ kind, name, model }) => {
    return `${holderNames[kind]} \`${name}\` (\`${model}\`)`;
  });
  const more = affected.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
