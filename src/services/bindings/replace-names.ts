import type { Writes } from "../../storage/repositories/writes.ts";
import { requireOrg } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { keyFields, keyTarget } from "../keys/key-act.ts";
import { laterThan } from "../later-than.ts";
import { originOf, requireOrigin } from "../origin.ts";
import { routeFields, routeTarget } from "../routes/route-act.ts";
import type { ServiceContext } from "../service-context.ts";
import type { Binding } from "./binding.ts";

/** One place that will name another model, or did. */
export interface NameChange {
  readonly binding: Binding;
  /** Undefined: the place names no model any more. */
  readonly to: string | undefined;
  /** Its id; what a route's target needs. */
  readonly toModelId?: string | undefined;
}

/**
 * Lets each place name another model, in the caller's transaction. Throws `origin_conflict` for a place that somebody
 * else manages.
 */
export async function replaceNames(
  ctx: ServiceContext,
  writes: Writes,
  changes: readonly NameChange[],
): Promise<void> {
  for (const { binding, to } of changes) {
    if (binding.kind !== "key" && binding.kind !== "route")
      await replaceDefault(ctx, writes, { binding, to });
  }
  await replaceTargets(ctx, writes, changes);
  const keys = Map.groupBy(
    changes.flatMap(({ binding, to }) => (binding.kind === "key" ? [{ ...binding, to }] : [])),
    ({ key }) => key,
  );
  for (const [key, renamed] of keys) {
    requireOrigin(ctx, { what: `key \`${key.name}\``, origin: key.origin });
    const names = new Map(renamed.map(({ name, to }) => [name, to]));
    const allowed = (key.allowedModels ?? []).map((name) => names.get(name) ?? name);
    const updatedAt = laterThan(key.updatedAt, ctx.now());
    const next = { ...key, allowedModels: [...new Set(allowed)], updatedAt };
    await writes.keys.replace(next);
    const act = { ...keyTarget(key), before: keyFields(key), after: keyFields(next) };
    await recordAct(ctx, writes, { ...act, action: "key.rebind" });
  }
}

/** Targets keep their weight and all else that the route says of them. */
async function replaceTargets(
  ctx: ServiceContext,
  writes: Writes,
  changes: readonly NameChange[],
): Promise<void> {
  const routes = Map.groupBy(
    changes.flatMap(({ binding, toModelId }) =>
      binding.kind === "route" && toModelId !== undefined ? [{ ...binding, toModelId }] : [],
    ),
    ({ route }) => route,
  );
  for (const [route, moved] of routes) {
    requireOrigin(ctx, { what: `route \`${route.name}\``, origin: route.origin });
    const ids = new Map(moved.map(({ modelId, toModelId }) => [modelId, toModelId]));
    const targets = route.targets.map((each) => ({
      ...each,
      modelId: ids.get(each.modelId) ?? each.modelId,
    }));
    const next = { ...route, targets, updatedAt: laterThan(route.updatedAt, ctx.now()) };
    await writes.routes.replace(next);
    const act = { ...routeTarget(route), before: routeFields(route), after: routeFields(next) };
    await recordAct(ctx, writes, { ...act, action: "route.rebind" });
  }
}

async function replaceDefault(
  ctx: ServiceContext,
  writes: Writes,
  change: { readonly binding: Exclude<Binding, { kind: "key" | "route" }>; readonly to: string | undefined },
): Promise<void> {
  const { binding, to } = change;
  const { kind } = binding;
  // As it is now: the other default may have been replaced a moment ago.
  const org = await requireOrg(writes, binding.org.id);
  const at = laterThan(org.updatedAt, ctx.now());
  if (kind === "default_model") {
    const { defaultModelOrigin: origin } = org;
    if (origin !== undefined && origin !== "elected") {
      requireOrigin(ctx, { what: `the default model of \`${org.name}\``, origin });
    }
    const next = to === undefined ? undefined : originOf(ctx.actor);
    await writes.orgs.setDefaultModel({ orgId: org.id, model: to, origin: next, at });
  } else {
    const { defaultEmbeddingModel: _gone, ...kept } = org.settings;
    const settings = to === undefined ? kept : { ...kept, defaultEmbeddingModel: to };
    await writes.orgs.setSettings({ orgId: org.id, settings, at });
  }
  await recordAct(ctx, writes, {
    orgId: org.id,
    action: "org.rebind",
    target: { kind: "org", id: org.id, name: org.name },
    before: { [kind]: binding.name },
    after: { [kind]: to },
  });
}
