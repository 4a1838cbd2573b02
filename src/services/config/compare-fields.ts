import type { FieldChange, PlanValue } from "./config-plan.ts";
import type { KeyState, LimitState, PriceState, ProviderState, RouteState } from "./config-state.ts";

type Fields = ReadonlyMap<string, { readonly value: PlanValue; readonly secret?: boolean }>;

/** The fields of a provider that differ; all of them when there is none yet. */
export function compareProviders(
  before: ProviderState | undefined,
  after: ProviderState,
): readonly FieldChange[] {
  return compare(before ? providerFields(before) : new Map(), providerFields(after));
}

/** The fields of a key that differ. A key whose value is generated matches whatever value it has. */
export function compareKeys(before: KeyState | undefined, after: KeyState): readonly FieldChange[] {
  const value = after.digest ?? before?.digest;
  const wanted = value === undefined ? after : { ...after, digest: value };
  return compare(before ? keyFields(before) : new Map(), keyFields(wanted));
}

function providerFields(provider: ProviderState): Fields {
  return new Map([
    ["driver", { value: provider.driver }],
    ["base_url", { value: provider.baseUrl || null }],
    ["enabled", { value: provider.enabled }],
    ["priority", { value: provider.priority }],
    ["quota_group", { value: provider.quotaGroup ?? null }],
    ...Object.entries(provider.options).map(([name, value]) => [`options.${name}`, { value }] as const),
    ...Object.entries(provider.credentials).map(
      ([name, value]) => [`credentials.${name}`, { value, secret: true }] as const,
    ),
    ...Object.entries(provider.headers).map(
      ([name, value]) => [`headers.${name}`, { value, secret: true }] as const,
    ),
    ...timeoutFields(provider.timeouts),
  ]);
}

function timeoutFields({ firstByteMs, idleMs, connectMs }: ProviderState["timeouts"]) {
  const named = { first_byte_seconds: firstByteMs, idle_seconds: idleMs, connect_seconds: connectMs };
  return Object.entries(named).map(
    ([name, ms]) => [`timeouts.${name}`, { value: ms === undefined ? null : ms / 1000 }] as const,
  );
}

/** The fields of a route that differ; its targets as one. */
export function compareRoutes(before: RouteState | undefined, after: RouteState): readonly FieldChange[] {
  return compare(before ? routeFields(before) : new Map(), routeFields(after));
}

function routeFields(route: RouteState): Fields {
  return new Map<string, { readonly value: PlanValue }>([
    ["strategy", { value: route.strategy }],
    ["sticky_by", { value: route.stickyBy ?? null }],
    ["retries", { value: route.retries ?? null }],
    ["hedge_after_ms", { value: route.hedgeAfterMs ?? null }],
    ["targets", { value: route.targets.map(describeTarget) }],
  ]);
}

/** All of a target in one line; equal for equal targets, in whatever order their fields stand. */
function describeTarget({ model, weight, parameters, timeouts }: RouteState["targets"][number]): string {
  const seconds = (ms: number | undefined) => (ms === undefined ? "" : `${ms / 1000} s`);
  return [
    model,
    ...(weight === 1 ? [] : [`weight ${weight}`]),
    ...(parameters === undefined ? [] : [`parameters ${JSON.stringify(sorted(parameters))}`]),
    ...(timeouts?.firstByteMs === undefined ? [] : [`first byte ${seconds(timeouts.firstByteMs)}`]),
    ...(timeouts?.idleMs === undefined ? [] : [`idle ${seconds(timeouts.idleMs)}`]),
  ].join(", ");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, sorted(each)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The fields of a limit that differ. */
export function compareLimits(before: LimitState | undefined, after: LimitState): readonly FieldChange[] {
  return compare(before ? limitFields(before) : new Map(), limitFields(after));
}

function limitFields(limit: LimitState): Fields {
  return new Map<string, { readonly value: PlanValue }>([
    ["requests_per_minute", { value: limit.requestsPerMinute ?? null }],
    ["tokens_per_minute", { value: limit.tokensPerMinute ?? null }],
    ["concurrency", { value: limit.concurrency ?? null }],
    ["day_usd", { value: limit.dayUsd ?? null }],
    ["month_usd", { value: limit.monthUsd ?? null }],
    ["allow_unpriced", { value: limit.allowUnpriced }],
  ]);
}

/** The tiers of a price that differ, as one field. */
export function comparePrices(before: PriceState | undefined, after: PriceState): readonly FieldChange[] {
  return compare(before ? priceFields(before) : new Map(), priceFields(after));
}

function priceFields({ tiers }: PriceState): Fields {
  return new Map([["tiers", { value: tiers.map(describeTier) }]]);
}

const amounts = {
  ...{ input: "input", output: "output", cacheRead: "cache_read" },
  ...{ cacheWrite5m: "cache_write_5m", cacheWrite1h: "cache_write_1h" },
  ...{ inputAudio: "input_audio", outputAudio: "output_audio" },
} as const;

/** All of a tier in one line; what is not known is left out. */
function describeTier(tier: PriceState["tiers"][number]): string {
  const { serviceTier, aboveInputTokens } = tier;
  return [
    ...(serviceTier === undefined ? [] : [serviceTier]),
    ...(aboveInputTokens === 0 ? [] : [`above ${aboveInputTokens}`]),
    ...Object.entries(amounts).flatMap(([name, shown]) => {
      const usd = tier[name as keyof typeof amounts];
      return usd === undefined ? [] : [`${shown} ${usd}`];
    }),
  ].join(", ");
}

function keyFields(key: KeyState): Fields {
  return new Map([
    ["value", { value: key.digest ?? null, secret: true }],
    ["scopes", { value: [...key.scopes].sort() }],
    ["allowed_models", { value: key.allowedModels ? [...key.allowedModels].sort() : null }],
    ["strict", { value: key.strict }],
    ["on_disconnect", { value: key.onDisconnect }],
    ["agent", { value: key.agent ?? null }],
    ["agent_role", { value: key.agentRole ?? null }],
    ["expires_at", { value: key.expiresAt === undefined ? null : new Date(key.expiresAt).toISOString() }],
  ]);
}

function compare(before: Fields, after: Fields): FieldChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((field) => {
    const [old, wanted] = [before.get(field), after.get(field)];
    const [from, to] = [old?.value ?? null, wanted?.value ?? null];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const secret = old?.secret === true || wanted?.secret === true;
    return [{ field, before: secret ? hide(from) : from, after: secret ? hide(to) : to }];
  });
}

function hide(value: PlanValue): PlanValue {
  return value === null ? null : "[secret]";
}
