import type { KeyConfig, ModelConfig, ProviderConfig } from "../../plane/snapshot.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import type { PriceRecord } from "../../storage/records/price-record.ts";
import type { CredentialRecord, ProviderRecord } from "../../storage/records/provider-record.ts";
import { knownOf } from "../models/known-of.ts";
import { overrideFor } from "../prices/override-for.ts";
import { pricesOf } from "../prices/version-at.ts";
import { openSecrets } from "../providers/credentials.ts";
import { effectiveOptions } from "../providers/effective-options.ts";
import type { ServiceContext } from "../service-context.ts";

/** A provider as it is served, with its credential decrypted; its credential is undefined when that cannot be done. */
export function toProviderConfig(
  ctx: ServiceContext,
  provider: ProviderRecord,
  parts: {
    readonly credentials: readonly CredentialRecord[];
    readonly models: readonly ModelRecord[];
    /** The org's own. */
    readonly prices: readonly PriceRecord[];
  },
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
    quotaGroup: provider.quotaGroup,
    createdAt: provider.createdAt,
    models: parts.models.map((model) => toModelConfig(ctx, { provider, model, prices: parts.prices })),
  };
}

const noOverride = { current: undefined, laterPrices: undefined };

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

function toModelConfig(
  ctx: ServiceContext,
  {
    provider,
    model,
    prices: own,
  }: {
    readonly provider: ProviderRecord;
    readonly model: ModelRecord;
    readonly prices: readonly PriceRecord[];
  },
): ModelConfig {
  const override = overrideFor(own, { providerId: provider.id, wireId: model.wireId });
  const { current, laterPrices } = override === undefined ? noOverride : pricesOf(override, ctx.now());
  const { displayName, traits, contextTokens, prices, priceSource, priceVersion } = knownOf(ctx, {
    model,
    provider,
  });
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
    priceVersion,
    ...(current !== undefined && { ...current, priceSource: "override" }),
    ...(laterPrices !== undefined && { laterPrices }),
  };
}

/** A key as it is looked up. */
export function toKeyConfig(key: KeyRecord): KeyConfig {
  const { id, name, digest, carrier, scopes, allowedModels, strict, onDisconnect, agent, agentRole } = key;
  const { expiresAt, previous } = key;
  const use = { scopes, allowedModels, strict, onDisconnect, agent, agentRole };
  const config = { id, name, digest, carrier, ...use, expiresAt };
  return previous === undefined ? config : { ...config, previous };
}
