import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { guessKind } from "../models/guess-kind.ts";
import { originOf, requireOrigin } from "../origin.ts";
import type { ServiceContext } from "../service-context.ts";

/**
 * Makes sure that the provider serves these models. On behalf of a file the list is all the file wants: models it
 * declared before and no longer names are taken back (to what discovery knows of them, if it does).
 */
export async function declareModels(
  ctx: ServiceContext,
  writes: Writes,
  declared: { readonly provider: ProviderRecord; readonly wireIds: readonly string[] },
): Promise<void> {
  const { provider } = declared;
  const wanted = new Set(declared.wireIds);
  const existing = await writes.models.listByProvider(provider.id);
  const known = new Map(existing.map((model) => [model.wireId, model]));
  for (const wireId of wanted) {
    const model = known.get(wireId);
    const next = model === undefined ? newModel(ctx, provider, wireId) : declare(ctx, model);
    if (next !== model) await writes.models.put(provider.orgId, next);
  }
  if (ctx.actor.kind !== "file") return;
  const origin = originOf(ctx.actor);
  for (const model of existing.filter((each) => each.origin === origin && !wanted.has(each.wireId))) {
    if (model.lastSeenAt === undefined) await writes.models.remove(provider.orgId, model.id);
    else await writes.models.put(provider.orgId, release(ctx, model));
  }
}

function declare(ctx: ServiceContext, model: ModelRecord): ModelRecord {
  const origin = originOf(ctx.actor);
  if (ctx.actor.kind === "file") {
    // What discovery found belongs to nobody yet; what an admin added by hand is the API's.
    if (model.source !== "discovered")
      requireOrigin(ctx, { what: `model \`${model.wireId}\``, origin: model.origin });
    if (model.enabled && model.origin === origin && model.source === "config") return model;
    return { ...model, enabled: true, source: "config", origin, updatedAt: ctx.now() };
  }
  if (model.enabled) return model;
  requireOrigin(ctx, { what: `model \`${model.wireId}\``, origin: model.origin });
  return { ...model, enabled: true, updatedAt: ctx.now() };
}

function release(ctx: ServiceContext, model: ModelRecord): ModelRecord {
  return { ...model, enabled: false, source: "discovered", origin: "api", updatedAt: ctx.now() };
}

function newModel(ctx: ServiceContext, provider: ProviderRecord, wireId: string): ModelRecord {
  const at = ctx.now();
  return {
    id: ctx.newId("model"),
    providerId: provider.id,
    wireId,
    kind: guessKind(wireId),
    displayName: undefined,
    enabled: true,
    source: ctx.actor.kind === "file" ? "config" : "manual",
    traits: {},
    contextTokens: undefined,
    lastSeenAt: undefined,
    stale: false,
    origin: originOf(ctx.actor),
    createdAt: at,
    updatedAt: at,
  };
}
