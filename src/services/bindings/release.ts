import { PenstockError } from "../../errors/penstock-error.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import type { Binding } from "./binding.ts";
import { affectedBindings, describeAffected, describePlace } from "./impact.ts";
import { bindingsOf, modelOf, movesTo, requireSuccessor } from "./rebind.ts";
import { replaceNames } from "./replace-names.ts";
import { type ServedModel, ServedNames } from "./served-names.ts";

/** What the caller agreed to for the places that name what goes. */
export interface ReleaseMode {
  /** Id of the model that takes their place. */
  readonly rebind?: string | undefined;
  /** Let them break: a default model is cleared, a key keeps the name and so may call less, a route passes the target over. */
  readonly force?: boolean | undefined;
}

/**
 * Frees `models` (ids) of all that names them, before they are removed or disabled in the same transaction. Throws
 * `in_use`, naming the places, when the caller agreed to nothing.
 */
export async function releaseModels(
  ctx: ServiceContext,
  writes: Writes,
  input: { readonly orgId: string; readonly models: ReadonlySet<string>; readonly mode: ReleaseMode },
): Promise<void> {
  const { orgId, models, mode } = input;
  // A configuration file says all it wants; its plan has been read and agreed to.
  if (ctx.actor.kind === "file") return;
  const affected = await affectedBindings(writes, { orgId, models });
  if (affected.length === 0) return;
  if (mode.rebind !== undefined) {
    const successor = await requireSuccessor(writes, { orgId, id: mode.rebind, gone: models });
    const bindings = await bindingsOf(writes, { orgId, models });
    await requireSameUse(writes, { orgId, bindings, successor });
    await replaceNames(ctx, writes, movesTo(bindings, successor));
    return;
  }
  if (mode.force !== true) {
    throw new PenstockError("in_use", { fields: { places: describeAffected(affected) } });
  }
  const broken = new Set(affected.filter((each) => each.movesTo === undefined).map(({ model }) => model));
  const bindings = await bindingsOf(writes, { orgId, models });
  const defaults = bindings.filter(({ kind, name }) => isDefault(kind) && broken.has(name));
  await replaceNames(
    ctx,
    writes,
    defaults.map((binding) => ({ binding, to: undefined })),
  );
}

/** Throws `unprocessable` when a model for vectors would take the place of one for chat somewhere, or the other way round. */
async function requireSameUse(
  reads: Reads,
  move: { readonly orgId: string; readonly bindings: readonly Binding[]; readonly successor: ServedModel },
): Promise<void> {
  const names = await ServedNames.load(reads, move.orgId);
  const { kind } = move.successor.model;
  const wrong = move.bindings.find((binding) => {
    const gone = names.byId(modelOf(binding, names) ?? "");
    return gone !== undefined && (gone.model.kind === "embedding") !== (kind === "embedding");
  });
  if (wrong === undefined) return;
  const message = `is a model for ${kind}, and cannot take the place of \`${wrong.name}\` in ${describePlace(wrong)}`;
  throw unprocessable([{ path: "?rebind", message }]);
}

function isDefault(kind: Binding["kind"]): boolean {
  return kind === "default_model" || kind === "default_embedding_model";
}
