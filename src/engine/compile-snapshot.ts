import type { Credential, Driver, DriverContext, Upstream } from "../drivers/driver.ts";
import { isAllowedHost } from "../plane/allowed-hosts.ts";
import type { OrgConfig, ProviderConfig, Snapshot } from "../plane/snapshot.ts";
import type { ProtocolId } from "../wire/neutral/protocol-id.ts";
import { hidden } from "./hidden.ts";
import type { KeyPlane, OrgPlane, Plane, ProviderPlane, Target } from "./plane.ts";

export type DriverRegistry = ReadonlyMap<string, Driver>;

/** What providers are prepared with besides their configuration. */
export interface CompileParts {
  readonly drivers: DriverRegistry;
  /** Where a provider's tokens are kept that change by themselves; absent: in memory. */
  readonly tokensOf?: (provider: { readonly id: string; readonly orgId: string }) => DriverContext["tokens"];
}

/** A snapshot with its look-up tables; providers are prepared when they are first called. */
export function compileSnapshot(snapshot: Snapshot, parts: CompileParts): Plane {
  const orgs = new Map<string, OrgPlane>();
  const keys = new Map<string, KeyPlane>();
  for (const config of snapshot.orgs) {
    const org = compileOrg(config, parts);
    orgs.set(config.id, org);
    for (const key of config.keys) {
      const allowedModels = key.allowedModels === undefined ? undefined : new Set(key.allowedModels);
      keys.set(key.digest, { config: key, org, allowedModels });
      const { previous } = key;
      if (previous === undefined) continue;
      // The same key under its former value, which ends sooner.
      const expiresAt = Math.min(previous.expiresAt, key.expiresAt ?? previous.expiresAt);
      keys.set(previous.digest, { config: { ...key, expiresAt }, org, allowedModels });
    }
  }
  return { version: snapshot.version, orgs, keys };
}

function compileOrg(config: OrgConfig, { drivers, tokensOf }: CompileParts): OrgPlane {
  const providers = new Map<string, ProviderPlane>();
  const byQualifiedName = new Map<string, Target>();
  const byWireId = new Map<string, Target[]>();
  const allowsHost = (host: string) => isAllowedHost(host, config.allowedHosts);
  for (const providerConfig of [...config.providers].sort(byPreference)) {
    const provider = compileProvider(providerConfig, {
      drivers,
      allowsHost,
      tokens: tokensOf?.({ id: providerConfig.id, orgId: config.id }),
    });
    const name = providerConfig.name.toLowerCase();
    providers.set(name, provider);
    for (const model of providerConfig.models) {
      const target: Target = { provider, model };
      byQualifiedName.set(`${name}/${model.wireId}`, target);
      const targets = byWireId.get(model.wireId);
      if (targets === undefined) byWireId.set(model.wireId, [target]);
      else targets.push(target);
    }
  }
  const { id, defaultModel, defaultEmbeddingModel, contentRetentionMs } = config;
  return { id, defaultModel, defaultEmbeddingModel, contentRetentionMs, allowsHost, providers, byQualifiedName, byWireId };
}

/** Healthy ones first, then by priority, then by age. */
function byPreference(a: ProviderConfig, b: ProviderConfig): number {
  return unhealthy(a) - unhealthy(b) || a.priority - b.priority || a.createdAt - b.createdAt;
}

function unhealthy(provider: ProviderConfig): number {
  return provider.status === "unavailable" || provider.status === "failed" ? 1 : 0;
}

function compileProvider(
  config: ProviderConfig,
  parts: {
    drivers: DriverRegistry;
    allowsHost: OrgPlane["allowsHost"];
    tokens: DriverContext["tokens"];
  },
): ProviderPlane {
  const { drivers, allowsHost, tokens } = parts;
  const driver = drivers.get(config.driver);
  const credential = (config.credential ?? {}) as Credential;
  const context = { baseUrl: config.baseUrl, credential, options: config.options, tokens };
  const headers = Object.fromEntries(
    Object.entries(config.headers ?? {}).map(([name, value]) => [name, value.reveal()]),
  );
  const upstreams = new Map<ProtocolId, Upstream>();
  return {
    config,
    driver,
    misconfigured: whyMisconfigured(),
    secrets: () => [...Object.values(credential).map((secret) => secret.reveal()), ...Object.values(headers)],
    upstream(protocol) {
      let upstream = upstreams.get(protocol);
      if (upstream === undefined) {
        if (driver === undefined)
          throw new TypeError("a provider without a driver was asked for its upstream");
        upstream = withHeaders(driver.prepare(context, protocol), headers);
        upstreams.set(protocol, upstream);
      }
      return upstream;
    },
  };

  function whyMisconfigured(): string | undefined {
    if (driver === undefined) return `this build has no driver \`${config.driver}\``;
    if (config.credential === undefined)
      return "its credential cannot be decrypted with the current master key";
    const host = URL.parse(config.baseUrl)?.hostname;
    if (host !== undefined && !allowsHost(host))
      return `its host \`${host}\` is not among those the organization allows`;
    return driver.misconfigured(context);
  }
}

/** What the admin adds goes to the vendor with every call; what the driver itself says goes before it. */
function withHeaders(upstream: Upstream, headers: Readonly<Record<string, string>>): Upstream {
  return { ...upstream, headers: hidden({ ...headers, ...upstream.headers }) };
}
