import type { DiscoveredModel } from "../../drivers/driver.ts";
import type { VendorFacts } from "../../plane/vendor-facts.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { requireOrg } from "../access.ts";
import { guessKind } from "../models/guess-kind.ts";
import type { ServiceContext } from "../service-context.ts";
import { chooseStarters } from "./choose-starters.ts";

/** Ids as the vendor spells them. */
export interface DiscoveryResult {
  readonly added: readonly string[];
  /** No longer at the vendor; kept and marked. */
  readonly stale: readonly string[];
  /** Of these, what the discovery before had still seen. */
  readonly gone: readonly string[];
  /** Enabled by this discovery, which only an org's first provider gets. */
  readonly enabled: readonly string[];
  readonly total: number;
}

/** Records what the vendor lists. What admins and files said of a model is theirs and stays. */
export async function mergeDiscovered(
  ctx: ServiceContext,
  writes: Writes,
  discovery: { readonly provider: ProviderRecord; readonly found: readonly DiscoveredModel[] },
): Promise<DiscoveryResult> {
  const { provider, found } = discovery;
  const existing = await writes.models.listByProvider(provider.id);
  const known = new Map(existing.map((model) => [model.wireId, model]));
  const starters = (await isFirst(ctx, writes, provider, existing))
    ? chooseStarters(ctx, provider, found)
    : [];
  const at = ctx.now();
  const seen: string[] = [];
  for (const model of found) {
    const before = known.get(model.id);
    if (before === undefined) {
      const enabled = starters.includes(model.id);
      await writes.models.put(provider.orgId, newModel(ctx, provider, { model, enabled }));
    } else {
      seen.push(before.id);
      const after = refresh(before, model);
      if (after !== before)
        await writes.models.put(provider.orgId, { ...after, updatedAt: Math.max(at, before.updatedAt + 1) });
    }
  }
  await writes.models.markSeen(seen, at);
  const present = new Set(found.map((model) => model.id));
  const vanished = existing.filter((model) => model.lastSeenAt !== undefined && !present.has(model.wireId));
  for (const model of vanished.filter((each) => !each.stale)) {
    await writes.models.put(provider.orgId, {
      ...model,
      stale: true,
      updatedAt: Math.max(at, model.updatedAt + 1),
    });
  }
  await electDefault(ctx, writes, { provider, starter: starters[0] });
  return {
    added: found.filter((model) => !known.has(model.id)).map((model) => model.id),
    stale: vanished.map((model) => model.wireId),
    gone: vanished.filter((each) => !each.stale).map((model) => model.wireId),
    enabled: starters,
    total: found.length,
  };
}

/** Nothing was chosen for this account yet, and the org has no chat model of any vendor in use. */
async function isFirst(
  ctx: ServiceContext,
  writes: Writes,
  provider: ProviderRecord,
  existing: readonly ModelRecord[],
): Promise<boolean> {
  if (existing.length > 0) return false;
  // Drivers without a protocol answer in process: they are no vendor's account.
  const isAccount = (driver: string) => ctx.drivers.get(driver)?.protocols.length !== 0;
  if (!isAccount(provider.driver)) return false;
  const providers = await writes.providers.listByOrg(provider.orgId);
  const accounts = new Set(providers.filter(({ driver }) => isAccount(driver)).map(({ id }) => id));
  const enabled = await writes.models.enabledByOrg(provider.orgId);
  return !enabled.some(({ providerId, kind }) => accounts.has(providerId) && kind === "chat");
}

async function electDefault(
  ctx: ServiceContext,
  writes: Writes,
  election: { readonly provider: ProviderRecord; readonly starter: string | undefined },
): Promise<void> {
  const { provider, starter } = election;
  if (starter === undefined) return;
  const org = await requireOrg(writes, provider.orgId);
  if (org.defaultModel !== undefined) return;
  const model = `${provider.name}/${starter}`;
  await writes.orgs.setDefaultModel({ orgId: org.id, model, origin: "elected", at: ctx.now() });
}

/** What the vendor says, apart from what admins say: a later list replaces the one, and never the other. */
function factsOf({ contextTokens, traits, facts }: DiscoveredModel): VendorFacts | undefined {
  const said = {
    ...facts,
    ...(contextTokens !== undefined && { contextTokens }),
    ...(traits !== undefined && { traits }),
  };
  return Object.keys(said).length === 0 ? undefined : said;
}

/** The same record when the vendor says nothing new. */
function refresh(before: ModelRecord, found: DiscoveredModel): ModelRecord {
  if (before.source !== "discovered") {
    const told: ModelRecord = { ...before, facts: factsOf(found), stale: false };
    return Bun.deepEquals(told, before) ? before : told;
  }
  const after: ModelRecord = {
    ...before,
    kind: found.kind ?? before.kind,
    displayName: found.displayName ?? before.displayName,
    facts: factsOf(found),
    stale: false,
  };
  return Bun.deepEquals(after, before) ? before : after;
}

function newModel(
  ctx: ServiceContext,
  provider: ProviderRecord,
  from: { readonly model: DiscoveredModel; readonly enabled: boolean },
): ModelRecord {
  const { model, enabled } = from;
  const at = ctx.now();
  return {
    id: ctx.newId("model"),
    providerId: provider.id,
    wireId: model.id,
    kind: model.kind ?? guessKind(model.id),
    displayName: model.displayName,
    enabled,
    source: "discovered",
    traits: {},
    contextTokens: undefined,
    facts: factsOf(model),
    lastSeenAt: at,
    stale: false,
    origin: "api",
    createdAt: at,
    updatedAt: at,
  };
}
