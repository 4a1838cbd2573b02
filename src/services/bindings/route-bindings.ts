import { PenstockError } from "../../errors/penstock-error.ts";
import { foldName } from "../../storage/columns.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import { type Binding, holderOf, listBindings } from "./binding.ts";
import { type AffectedBinding, describeAffected } from "./impact.ts";
import { movesTo, requireSuccessor } from "./rebind.ts";
import type { ReleaseMode } from "./release.ts";
import { replaceNames } from "./replace-names.ts";
import { qualifiedName, ServedNames } from "./served-names.ts";

/** The places that name a route. */
export async function bindingsOfRoute(reads: Reads, route: RouteRecord): Promise<readonly Binding[]> {
  const name = foldName(route.name);
  return (await listBindings(reads, route.orgId)).filter(
    (each) => each.kind !== "route" && foldName(each.name) === name,
  );
}

/** What becomes of the places that name a route when it is gone: a model of the same id may answer. */
export async function affectedByRoute(reads: Reads, route: RouteRecord): Promise<readonly AffectedBinding[]> {
  const names = (await ServedNames.load(reads, route.orgId)).withoutRoute(route);
  return (await bindingsOfRoute(reads, route)).map((binding) => {
    const after = names.find(binding.name);
    const { id, name } = holderOf(binding);
    return { kind: binding.kind, id, name, model: binding.name, movesTo: after && qualifiedName(after) };
  });
}

/**
 * Frees a route of all that names it, before it is removed in the same transaction. Throws `in_use`, naming the places, when
 * the caller agreed to nothing.
 */
export async function releaseRoute(
  ctx: ServiceContext,
  writes: Writes,
  { route, mode }: { readonly route: RouteRecord; readonly mode: ReleaseMode },
): Promise<void> {
  // A configuration file says all it wants; its plan has been read and agreed to.
  if (ctx.actor.kind === "file") return;
  const affected = await affectedByRoute(writes, route);
  if (affected.length === 0) return;
  const bindings = await bindingsOfRoute(writes, route);
  if (mode.rebind !== undefined) {
    const to = { orgId: route.orgId, id: mode.rebind, gone: new Set<string>() };
    await replaceNames(ctx, writes, movesTo(bindings, await requireSuccessor(writes, to)));
    return;
  }
  if (mode.force !== true) {
    throw new PenstockError("in_use", { fields: { places: describeAffected(affected) } });
  }
  const broken = new Set(affected.filter((each) => each.movesTo === undefined).map(({ model }) => model));
  const defaults = bindings.filter(({ kind, name }) => kind !== "key" && broken.has(name));
  await replaceNames(
    ctx,
    writes,
    defaults.map((binding) => ({ binding, to: undefined })),
  );
}
