import type { DriverContext } from "../drivers/driver.ts";
import { isAllowedHost } from "../plane/allowed-hosts.ts";
import type { KeyConfig, OrgConfig, ProviderConfig, Snapshot } from "../plane/snapshot.ts";
import { compileLimits, limitsOf } from "./compile-limits.ts";
import { compileProvider, type DriverRegistry } from "./compile-provider.ts";
import { compileRoutes } from "./compile-routes.ts";
import type { Candidate, KeyPlane, OrgPlane, Plane, ProviderPlane, Target } from "./plane.ts";

export type { DriverRegistry } from "./compile-provider.ts";

/** What providers are prepared with besides their configuration. */
export interface CompileParts {
  readonly drivers: DriverRegistry;
  /** Where a provider's tokens are kept that change by themselves; absent: in memory. */
  readonly tokensOf?: (provider: { readonly id: string; readonly orgId: string }) => DriverContext["tokens"];
}

/**
 * A snapshot with its look-up tables; providers are prepared when they are first called. What is the same object in the
 * snapshot of `previous`, made with the same parts, is taken over from it with all it has prepared.
 */
export function compileSnapshot(snapshot: Snapshot, parts: CompileParts, previous?: Plane): Plane {
  const orgs = new Map<string, OrgPlane>();
  const keys = new Map<string, KeyPlane>();
  for (const config of snapshot.orgs) {
    const org = compileOrg(config, parts, previous?.orgs.get(config.id));
    orgs.set(config.id, org);
    for (const key of config.keys) {
      const before = previous?.keys.get(key.digest);
      const plane = before?.config === key && before.org === org ? before : compileKey(key, org);
      keys.set(key.digest, plane);
      const { previous: former } = key;
      if (former === undefined) continue;
      // The same key under its former value, which ends sooner.
      const expiresAt = Math.min(former.expiresAt, key.expiresAt ?? former.expiresAt);
      keys.set(former.digest, { ...plane, config: { ...key, expiresAt } });
    }
  }
  return { version: snapshot.version, orgs, keys };
}

function compileKey(config: KeyConfig, org: OrgPlane): KeyPlane {
  const { allowedModels } = config;
  return {
    config,
    org,
    allowedModels: allowedModels === undefined ? undefined : new Set(allowedModels),
    limits: org.limits && limitsOf(config, org.limits),
  };
}

function compileOrg(config: OrgConfig, parts: CompileParts, previous: OrgPlane | undefined): OrgPlane {
  const { id, defaultModel, defaultEmbeddingModel, contentRetentionMs, allowedHosts } = config;
  // Whether a provider may be called at all hangs on the hosts; they are few and seldom change.
  const sameHosts = previous !== undefined && isSameHosts(previous.allowedHosts, allowedHosts);
  const known = new Map(sameHosts ? [...previous.providers.values()].map((each) => [each.config, each]) : []);
  const allowsHost = sameHosts ? previous.allowsHost : (host: string) => isAllowedHost(host, allowedHosts);
  const planes = [...config.providers].sort(byPreference).map(
    (provider) =>
      known.get(provider) ??
      compileProvider(provider, {
        drivers: parts.drivers,
        allowsHost,
        tokens: parts.tokensOf?.({ id: provider.id, orgId: id }),
      }),
  );
  const tables =
    previous !== undefined && isSameList(planes, [...previous.providers.values()])
      ? previous
      : tablesOf(planes);
  const { providers, byQualifiedName, byWireId } = tables;
  const former = tables === previous ? previous : undefined;
  const routes = compileRoutes(config.routes ?? [], byQualifiedName.values(), former);
  const limits = compileLimits(id, config.limits ?? [], previous?.limits);
  const isSame =
    tables === previous &&
    previous.routes === routes &&
    previous.limits === limits &&
    previous.defaultModel === defaultModel &&
    previous.defaultEmbeddingModel === defaultEmbeddingModel &&
    previous.contentRetentionMs === contentRetentionMs;
  if (isSame) return previous;
  const settings = { id, defaultModel, defaultEmbeddingModel, contentRetentionMs, allowedHosts, allowsHost };
  return { ...settings, providers, byQualifiedName, byWireId, routes, limits };
}

function isSameHosts(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isSameList(a, b));
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

/** What the names of an org's models lead to; `providers` in the order of preference. */
function tablesOf(
  planes: readonly ProviderPlane[],
): Pick<OrgPlane, "providers" | "byQualifiedName" | "byWireId"> {
  const providers = new Map<string, ProviderPlane>();
  const byQualifiedName = new Map<string, Target>();
  const byWireId = new Map<string, Candidate[]>();
  for (const provider of planes) {
    const name = provider.config.name.toLowerCase();
    providers.set(name, provider);
    for (const model of provider.config.models) {
      const target: Target = { provider, model };
      byQualifiedName.set(`${name}/${model.wireId}`, target);
      const candidate: Candidate = { target, weight: 1 };
      const candidates = byWireId.get(model.wireId);
      if (candidates === undefined) byWireId.set(model.wireId, [candidate]);
      else candidates.push(candidate);
    }
  }
  return { providers, byQualifiedName, byWireId };
}

/** Healthy ones first, then by priority, then by age. */
function byPreference(a: ProviderConfig, b: ProviderConfig): number {
  return unhealthy(a) - unhealthy(b) || a.priority - b.priority || a.createdAt - b.createdAt;
}

function unhealthy(provider: ProviderConfig): number {
  return provider.status === "unavailable" || provider.status === "failed" ? 1 : 0;
}
