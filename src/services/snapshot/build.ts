import type { KeyConfig, ModelConfig, OrgConfig, ProviderConfig, Snapshot } from "../../plane/snapshot.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { CredentialRecord, ProviderRecord } from "../../storage/records/provider-record.ts";
import { knownOf } from "../models/known-of.ts";
import { openSecrets } from "../providers/credentials.ts";
import { effectiveOptions } from "../providers/effective-options.ts";
import type { ServiceContext } from "../service-context.ts";

/** The configuration of every org as of one version, with credentials decrypted. */
export async function buildSnapshot(ctx: ServiceContext): Promise<Snapshot> {
  const rows = await ctx.storage.consistently(async (reads) => ({
    version: await reads.instance.version(),
    orgs: await reads.orgs.all(),
    providers: await reads.providers.all(),
    credentials: await reads.credentials.all(),
    models: await reads.models.allEnabled(),
    keys: await reads.keys.allLive(),
  }));
  await ctx.vault.ensure(
    rows.credentials.map(({ sealed }) => sealed),
    ctx.storage.reads.masterKeys,
  );
  const providers = Map.groupBy(rows.providers, (provider) => provider.orgId);
  const credentials = Map.groupBy(rows.credentials, (credential) => credential.providerId);
  const models = Map.groupBy(rows.models, (model) => model.providerId);
  const keys = Map.groupBy(rows.keys, (key) => key.orgId);
  const orgs = rows.orgs.map(
    (org): OrgConfig => ({
      id: org.id,
      name: org.name,
      defaultModel: org.defaultModel,
      defaultEmbeddingModel: org.settings.defaultEmbeddingModel,
      contentRetentionMs: org.settings.contentRetentionDays && org.settings.contentRetentionDays * 86_400_000,
      allowedHosts: org.settings.allowedHosts,
      providers: (providers.get(org.id) ?? [])
        .filter((provider) => provider.enabled)
        .map((provider) =>
          toProviderConfig(ctx, provider, {
            credentials: credentials.get(provider.id) ?? [],
            models: models.get(provider.id) ?? [],
          }),
        ),
      keys: (keys.get(org.id) ?? []).map(toKeyConfig),
    }),
  );
  return { version: rows.version, orgs };
}

function toProviderConfig(
  ctx: ServiceContext,
  provider: ProviderRecord,
  parts: { readonly credentials: readonly CredentialRecord[]; readonly models: readonly ModelRecord[] },
): ProviderConfig {
  const driver = ctx.drivers.get(provider.driver);
  const secrets = openOrUndefined(ctx, provider, parts.credentials);
  return {
    id: provider.id,
    name: provider.name,
    driver: provider.driver,
    baseUrl: provider.baseUrl,
    credential: secrets?.credential,
    headers: secrets?.headers ?? {},
    timeouts: provider.timeouts,
    options: driver === undefined ? provider.options : effectiveOptions(driver, provider.options),
    status: provider.health.status,
    priority: provider.priority,
    createdAt: provider.createdAt,
    models: parts.models.map((model) => toModelConfig(ctx, provider, model)),
  };
}

/** One credential that cannot be opened takes its provider out of service, not the whole snapshot. */
function openOrUndefined(
  ctx: ServiceContext,
  provider: ProviderRecord,
  records: readonly CredentialRecord[],
): ReturnType<typeof openSecrets> | undefined {
  try {
    return openSecrets(ctx, provider, records);
  } catch (cause) {
    ctx.log({ level: "error", event: "credential_unreadable", fields: { provider: provider.id }, cause });
    return undefined;
  }
}

function toModelConfig(ctx: ServiceContext, provider: ProviderRecord, model: ModelRecord): ModelConfig {
  const { displayName, traits, contextTokens, prices, priceSource } = knownOf(ctx, { model, provider });
  return {
    id: model.id,
    wireId: model.wireId,
    kind: model.kind,
    displayName,
    createdAt: model.createdAt,
    traits: { ...ctx.drivers.get(provider.driver)?.defaultTraits, ...traits },
    contextTokens,
    prices,
    priceSource,
  };
}

function toKeyConfig(key: KeyRecord): KeyConfig {
  const { id, name, digest, carrier, scopes, allowedModels, strict, expiresAt, previous } = key;
  const config = { id, name, digest, carrier, scopes, allowedModels, strict, expiresAt };
  return previous === undefined ? config : { ...config, previous };
}
