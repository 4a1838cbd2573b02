import { isAcceptableKey } from "../../secrets/key-format.ts";
import { resolveBaseUrl } from "../providers/resolve-base-url.ts";
import type { ServiceContext } from "../service-context.ts";
import type { DesiredOrg, KeyState, RouteState } from "./config-state.ts";
import type { ConfigDocument, ConfigKey, ConfigProvider, ConfigRoute } from "./document/config-document.ts";
import { referenceId } from "./document/config-document.ts";
import { type ConfigProblem, configInvalid, positionOf } from "./document/config-problem.ts";
import type { ReferenceValues } from "./document/resolve-references.ts";
import { foldTarget } from "./fold-target.ts";

const defaultPriority = 100;

/**
 * The document in terms of the database: drivers' defaults filled in, secrets as fingerprints and digests.
 * Throws `config_invalid` for drivers that do not exist and for keys that are not in our format.
 */
export function buildDesired(
  ctx: ServiceContext,
  { document, values }: { readonly document: ConfigDocument; readonly values: ReferenceValues },
): readonly DesiredOrg[] {
  const problems: ConfigProblem[] = [];
  const problem = (pointer: string, message: string) =>
    problems.push({ position: positionOf(document, pointer), message });

  const toProvider = (provider: ConfigProvider) => {
    const driver = ctx.drivers.get(provider.driver);
    if (!driver) {
      const known = [...ctx.drivers.keys()].sort().join(", ");
      problem(`${provider.pointer}/driver`, `there is no such driver; known are ${known}`);
    }
    const fingerprints = (references: ConfigProvider["credentials"]) =>
      Object.entries(references).flatMap(([field, reference]) => {
        const value = values.get(referenceId(reference));
        return value ? [[field, ctx.vault.fingerprint(value)] as const] : [];
      });
    const headers = fingerprints(provider.headers).map(([name, value]) => [name.toLowerCase(), value]);
    return {
      name: provider.name,
      driver: provider.driver,
      // What is wrong with it is said when the provider is written.
      baseUrl: driver ? resolveBaseUrl(driver, provider.baseUrl, undefined).value : "",
      options: provider.options,
      enabled: provider.enabled,
      priority: provider.priority ?? defaultPriority,
      quotaGroup: provider.quotaGroup,
      credentials: Object.fromEntries(fingerprints(provider.credentials)),
      headers: Object.fromEntries(headers),
      timeouts: provider.timeouts,
      models: provider.models,
    };
  };

  const toKey = (key: ConfigKey): KeyState => {
    const value = key.value && values.get(referenceId(key.value));
    if (value && !isAcceptableKey(value.reveal(), "header")) {
      problem(
        `${key.pointer}/value`,
        "the value must be a Penstock key (make one with `penstock keys generate`) or at least 32 printable characters",
      );
    }
    return {
      name: key.name,
      digest: value && ctx.vault.digestKey(value.reveal()),
      scopes: key.scopes,
      allowedModels: key.allowedModels,
      strict: key.strict,
      onDisconnect: key.onDisconnect,
      agent: key.agent,
      agentRole: key.agentRole,
      expiresAt: key.expiresAt,
    };
  };

  const desired = document.orgs.map((org) => ({
    name: org.name,
    defaultModel: org.defaultModel,
    providers: org.providers.map(toProvider),
    routes: org.routes.map(toRoute),
    keys: org.keys.map(toKey),
    limits: org.limits.map(({ pointer: _pointer, subject: _subject, ...limit }) => limit),
    prices: org.prices.map(({ name, provider, tiers }) => ({ name, provider, tiers })),
  }));
  if (problems.length > 0) throw configInvalid(document.file, problems);
  return desired;
}

function toRoute({ pointer: _pointer, targets, ...route }: ConfigRoute): RouteState {
  return {
    ...route,
    targets: targets.map(({ model, weight, parameters, timeouts }) => ({
      ...{ model: foldTarget(model), weight, timeouts },
      ...(parameters !== undefined && { parameters }),
    })),
  };
}
