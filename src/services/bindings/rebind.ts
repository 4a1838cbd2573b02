import type { Reads } from "../../storage/repositories/reads.ts";
import { requireAdmin } from "../access.ts";
import { requireModel } from "../models/require-model.ts";
import { unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { type Binding, holderOf, listBindings } from "./binding.ts";
import { type NameChange, replaceNames } from "./replace-names.ts";
import { qualifiedName, type ServedModel, ServedNames } from "./served-names.ts";

/** One place that was, or in a dry run would be, moved to another model. */
export interface Rebound {
  readonly kind: Binding["kind"];
  readonly id: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Moves everything that names one model to another, in one transaction. Throws `unprocessable` when the other model cannot
 * take its place, `origin_conflict` when a file manages one of the places.
 */
export async function rebindModel(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly from: string; readonly to: string; readonly dryRun: boolean },
): Promise<readonly Rebound[]> {
  requireAdmin(ctx, input.orgId);
  if (input.dryRun) {
    return ctx.storage.consistently(async (reads) => (await planRebind(reads, input)).map(toRebound));
  }
  return ctx.storage.change(async (writes) => {
    const changes = await planRebind(writes, input);
    await replaceNames(ctx, writes, changes);
    return changes.map(toRebound);
  });
}

async function planRebind(
  reads: Reads,
  input: { readonly orgId: string; readonly from: string; readonly to: string },
): Promise<readonly (NameChange & { readonly to: string })[]> {
  const { orgId } = input;
  const from = await requireModel(reads, { orgId, modelId: input.from });
  const to = await requireSuccessor(reads, { orgId, id: input.to, gone: new Set([from.model.id]) });
  if (to.model.kind !== from.model.kind) {
    const message = `is a model for ${to.model.kind}, and cannot take the place of one for ${from.model.kind}`;
    throw unprocessable([{ path: "/to", message }]);
  }
  return movesTo(await bindingsOf(reads, { orgId, models: new Set([from.model.id]) }), to);
}

/** The places whose name runs one of `models` (ids) now. */
export async function bindingsOf(
  reads: Reads,
  input: { readonly orgId: string; readonly models: ReadonlySet<string> },
): Promise<readonly Binding[]> {
  const names = await ServedNames.load(reads, input.orgId);
  const bindings = await listBindings(reads, input.orgId);
  return bindings.filter((binding) => input.models.has(modelOf(binding, names) ?? ""));
}

/** Id of the model that a place runs now; undefined: none, or a route. */
export function modelOf(binding: Binding, names: ServedNames): string | undefined {
  return binding.kind === "route" ? binding.modelId : names.find(binding.name)?.model.id;
}

/** An enabled model of the org that is none of those that go. */
export async function requireSuccessor(
  reads: Reads,
  input: { readonly orgId: string; readonly id: string; readonly gone: ReadonlySet<string> },
): Promise<ServedModel> {
  const served = await requireModel(reads, { orgId: input.orgId, modelId: input.id });
  const problem = input.gone.has(served.model.id)
    ? "is the very model that is to be replaced"
    : served.model.enabled && served.provider.enabled
      ? undefined
      : "is not enabled, or its provider is not";
  if (problem !== undefined) throw unprocessable([{ path: "/to", message: problem }]);
  return served;
}

export function movesTo(
  bindings: readonly Binding[],
  successor: ServedModel,
): readonly (NameChange & { readonly to: string })[] {
  return bindings.map((binding) => ({
    binding,
    to: qualifiedName(successor),
    toModelId: successor.model.id,
  }));
}

function toRebound({ binding, to }: NameChange & { readonly to: string }): Rebound {
  const { id, name } = holderOf(binding);
  return { kind: binding.kind, id, name, before: binding.name, after: to };
}
