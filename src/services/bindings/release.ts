import { PenstockError } from "../../errors/penstock-error.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import type { Binding } from "./binding.ts";
import { affectedBindings, describeAffected } from "./impact.ts";
import { bindingsOf, movesTo, requireSuccessor } from "./rebind.ts";
import { replaceNames } from "./replace-names.ts";

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
    await replaceNames(ctx, writes, movesTo(await bindingsOf(writes, { orgId, models }), successor));
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

function isDefault(kind: Binding["kind"]): boolean {
  return kind === "default_model" || kind === "default_embedding_model";
}
