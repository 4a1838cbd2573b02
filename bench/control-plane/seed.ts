import { randomBytes } from "node:crypto";
import { Secret } from "../../src/secrets/secret.ts";
import { credentialBinding } from "../../src/services/providers/credentials.ts";
import type { ServiceContext } from "../../src/services/service-context.ts";
import type { KeyRecord } from "../../src/storage/records/key-record.ts";
import type { ModelRecord } from "../../src/storage/records/model-record.ts";
import type { ProviderRecord } from "../../src/storage/records/provider-record.ts";
import type { Writes } from "../../src/storage/repositories/writes.ts";

/** How much an organization has. */
export interface Scale {
  readonly providers: number;
  /** Spread evenly over the providers. */
  readonly models: number;
  readonly keys: number;
}

/** Ids that the catalog knows, so that facts and prices are looked up as they are for real. */
const knownIds = ["gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-5-mini", "o3", "o4-mini", "text-embedding-3-small"];

/** Rows a transaction inserts. */
const batch = 2_000;

/** Fills an org through the repositories, without asking vendors and without an act per row. */
export async function seed(ctx: ServiceContext, orgId: string, scale: Scale): Promise<void> {
  const providers = Array.from({ length: scale.providers }, (_, index) => newProvider(ctx, orgId, index));
  await insert(ctx, providers, async (writes, provider) => {
    await writes.providers.insert(provider);
    const value = new Secret(`sk-${randomBytes(24).toString("hex")}`);
    const place = { providerId: provider.id, field: "api_key" };
    await writes.credentials.put(orgId, {
      ...place,
      sealed: ctx.vault.seal(value, credentialBinding(orgId, place)),
      fingerprint: ctx.vault.fingerprint(value),
      setAt: ctx.now(),
      setBy: "bench",
    });
  });
  const each = Math.ceil(scale.models / scale.providers);
  const models = providers.flatMap((provider, index) =>
    Array.from({ length: each }, (_, model) =>
      newModel(ctx, provider, knownIds[model] ?? `m-${index}-${model}`),
    ),
  );
  await insert(ctx, models, (writes, model) => writes.models.put(orgId, model));
  const keys = Array.from({ length: scale.keys }, (_, index) => newKey(ctx, orgId, index));
  await insert(ctx, keys, (writes, key) => writes.keys.insert(key));
}

async function insert<T>(
  ctx: ServiceContext,
  rows: readonly T[],
  one: (writes: Writes, row: T) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += batch) {
    await ctx.storage.change(async (writes) => {
      for (const row of rows.slice(start, start + batch)) await one(writes, row);
    });
  }
}

function newProvider(ctx: ServiceContext, orgId: string, index: number): ProviderRecord {
  const at = ctx.now();
  return {
    id: ctx.newId("prov"),
    orgId,
    name: `provider-${index}`,
    driver: "openai_completions",
    baseUrl: `https://vendor-${index}.example/v1`,
    options: {},
    enabled: true,
    priority: 100,
    health: {
      ...{ status: "available", reason: undefined, message: undefined, checkedAt: at, latencyMs: 20 },
      ...{ lastError: undefined, lastErrorAt: undefined, statusSince: at, failures: 0 },
    },
    schedule: { nextProbeAt: undefined, nextDiscoveryAt: undefined, discoveredAt: at, reviewedAt: at },
    timeouts: {},
    origin: "api",
    createdAt: at,
    updatedAt: at,
  };
}

function newModel(ctx: ServiceContext, provider: ProviderRecord, wireId: string): ModelRecord {
  return {
    id: ctx.newId("model"),
    providerId: provider.id,
    wireId,
    kind: "chat",
    displayName: undefined,
    enabled: true,
    source: "discovered",
    traits: {},
    contextTokens: undefined,
    lastSeenAt: provider.createdAt,
    stale: false,
    origin: "api",
    createdAt: provider.createdAt,
    updatedAt: provider.updatedAt,
  };
}

function newKey(ctx: ServiceContext, orgId: string, index: number): KeyRecord {
  const at = ctx.now();
  return {
    id: ctx.newId("key"),
    orgId,
    name: `key-${index}`,
    digest: ctx.vault.digestKey(randomBytes(32).toString("base64url")),
    preview: "psk_…seed",
    carrier: "header",
    scopes: ["gateway"],
    allowedModels: index % 2 === 0 ? ["gpt-4o-mini", `provider-${index % 100}/gpt-5`] : undefined,
    strict: false,
    onDisconnect: "cancel",
    agent: undefined,
    agentRole: undefined,
    origin: "api",
    expiresAt: undefined,
    revokedAt: undefined,
    lastUsedAt: undefined,
    previous: undefined,
    createdAt: at,
    updatedAt: at,
  };
}
