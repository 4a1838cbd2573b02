import { expect, test } from "bun:test";
import fc from "fast-check";
import { disconnectPolicies } from "../../plane/snapshot.ts";
import type { Origin } from "../../storage/records/origin.ts";
import { type ConfigPlan, changesOf } from "./config-plan.ts";
import type {
  CurrentOrg,
  DesiredOrg,
  KeyState,
  LimitState,
  ProviderState,
  RouteState,
} from "./config-state.ts";
import { planConfig } from "./plan-config.ts";

const origin: Origin = "file:penstock.yaml";

const provider: ProviderState & { models: string[] } = {
  name: "main",
  driver: "anthropic",
  baseUrl: "https://api.anthropic.com",
  options: {},
  enabled: true,
  priority: 100,
  quotaGroup: undefined,
  credentials: { api_key: "aaaaaaaa" },
  headers: {},
  timeouts: {},
  models: ["m1"],
};
const key: KeyState = {
  name: "ci",
  digest: "d1",
  scopes: ["gateway"],
  allowedModels: undefined,
  strict: false,
  onDisconnect: "cancel",
  agent: undefined,
  agentRole: undefined,
  expiresAt: undefined,
};
const limit: LimitState = {
  name: "key/ci",
  requestsPerMinute: 60,
  tokensPerMinute: undefined,
  concurrency: undefined,
  dayUsd: 2.5,
  monthUsd: undefined,
  allowUnpriced: false,
};
const route: RouteState = {
  name: "smart",
  strategy: "sticky",
  stickyBy: "session",
  retries: undefined,
  hedgeAfterMs: undefined,
  targets: [{ model: "main/m1", weight: 1, parameters: { b: 1, a: null } }],
};
const price: DesiredOrg["prices"][number] = {
  name: "main/m1",
  provider: "main",
  tiers: [
    {
      ...{ aboveInputTokens: 0, input: 1, output: 2, cacheRead: undefined, cacheWrite5m: undefined },
      ...{ cacheWrite1h: undefined, inputAudio: undefined, outputAudio: undefined },
    },
  ],
};
const desired: DesiredOrg = {
  ...{ name: "default", defaultModel: "main/m1" },
  ...{ providers: [provider], routes: [route], keys: [key], limits: [limit], prices: [price] },
};

/** Carries a plan out on a model of the database, step by step. */
function carryOut(
  plan: ConfigPlan,
  { current, desired: orgs }: { current: readonly CurrentOrg[]; desired: readonly DesiredOrg[] },
): CurrentOrg[] {
  const state = new Map(current.map((org) => [org.name.toLowerCase(), structuredClone(org)]));
  for (const step of changesOf(plan)) {
    const found = state.get(step.org.toLowerCase());
    const wanted = orgs.find(({ name }) => name.toLowerCase() === step.org.toLowerCase());
    const org: CurrentOrg = found ?? {
      name: step.org,
      defaultModel: undefined,
      defaultModelOrigin: undefined,
      providers: [],
      routes: [],
      keys: [],
      limits: [],
      prices: [],
    };
    const [name = "", ...model] = step.name.split("/");
    const same = (item: { name: string }) => item.name.toLowerCase() === name.toLowerCase();
    const limits =
      step.action === "delete" ? org.limits.filter((each) => !goesWith(each.name, step)) : org.limits;
    const isGone = ({ provider: of }: { provider: string | undefined }) =>
      step.action === "delete" && step.kind === "provider" && of?.toLowerCase() === step.name.toLowerCase();
    const prices = org.prices.filter((each) => !isGone(each));
    const update = (change: Partial<CurrentOrg>) =>
      state.set(step.org.toLowerCase(), { ...org, limits, prices, ...change });
    if (step.kind === "org") {
      update(
        step.action === "create"
          ? {}
          : {
              defaultModel: wanted?.defaultModel,
              defaultModelOrigin: wanted?.defaultModel === undefined ? undefined : origin,
            },
      );
    } else if (step.kind === "route") {
      const next = wanted?.routes.find(same);
      const others = org.routes.filter((item) => !same(item));
      const before = org.routes.find(same);
      const made = next && { ...next, name: before?.name ?? next.name, origin };
      update({ routes: step.action === "delete" || !made ? others : [...others, made] });
    } else if (step.kind === "price") {
      const isIt = (each: { name: string }) => each.name.toLowerCase() === step.name.toLowerCase();
      const next = wanted?.prices.find(isIt);
      const others = org.prices.filter((each) => !isIt(each));
      const before = org.prices.find(isIt);
      const made = next && { ...next, name: before?.name ?? next.name, origin };
      update({ prices: step.action === "delete" || !made ? others : [...others, made] });
    } else if (step.kind === "limit") {
      const isIt = (each: { name: string }) => each.name.toLowerCase() === step.name.toLowerCase();
      const next = wanted?.limits.find(isIt);
      const others = org.limits.filter((each) => !isIt(each));
      const before = org.limits.find(isIt);
      const made = next && { ...next, name: before?.name ?? next.name, origin };
      update({ limits: step.action === "delete" || !made ? others : [...others, made] });
    } else if (step.kind === "key") {
      const next = wanted?.keys.find(same);
      const others = org.keys.filter((item) => !same(item));
      const before = org.keys.find(same);
      update({
        keys:
          step.action === "delete" || !next
            ? others
            : [
                ...others,
                { ...next, name: before?.name ?? next.name, digest: next.digest ?? "made", origin },
              ],
      });
    } else if (step.kind === "provider") {
      const next = wanted?.providers.find(same);
      const before = org.providers.find(same);
      const others = org.providers.filter((item) => !same(item));
      update({
        providers:
          step.action === "delete" || !next
            ? others
            : [...others, { ...next, name: before?.name ?? next.name, origin, models: before?.models ?? [] }],
      });
    } else {
      const wireId = model.join("/");
      update({
        providers: org.providers.map((item) => {
          if (!same(item)) return item;
          const others = item.models.filter((known) => known.wireId !== wireId);
          const made = { wireId, enabled: true, origin, discovered: false };
          return { ...item, models: step.action === "delete" ? others : [...others, made] };
        }),
      });
    }
  }
  return [...state.values()];
}

/** A limit goes with its provider or key. */
function goesWith(limit: string, { kind, name }: { readonly kind: string; readonly name: string }): boolean {
  return limit.toLowerCase() === `${kind}/${name}`.toLowerCase();
}

const names = fc.constantFrom("a", "A", "b", "c", "d");
const origins = fc.constantFrom<Origin>(origin, "api", "file:other.yaml");
const strings = fc.uniqueArray(fc.constantFrom("m1", "m2", "m3", "x/y"), { maxLength: 3 });
const providerState = fc.record({
  name: names,
  driver: fc.constantFrom("one", "two"),
  baseUrl: fc.constantFrom("https://a", "https://b"),
  options: fc.dictionary(fc.constantFrom("o1", "o2"), fc.oneof(fc.boolean(), fc.constantFrom("v", "w"))),
  enabled: fc.boolean(),
  priority: fc.nat(2),
  quotaGroup: fc.option(fc.constantFrom("q1", "q2"), { nil: undefined }),
  credentials: fc.dictionary(fc.constantFrom("api_key", "other"), fc.constantFrom("f1", "f2")),
  headers: fc.dictionary(fc.constantFrom("x-team", "x-zone"), fc.constantFrom("11111111", "22222222")),
  timeouts: fc.record({ connectMs: fc.constantFrom(1_000, 5_000) }, { requiredKeys: [] }),
});
const keyState = fc.record({
  name: names,
  digest: fc.option(fc.constantFrom("d1", "d2"), { nil: undefined }),
  scopes: fc.constantFrom<KeyState["scopes"]>(["gateway"], ["admin"], ["admin", "gateway"]),
  allowedModels: fc.option(strings, { nil: undefined }),
  strict: fc.boolean(),
  onDisconnect: fc.constantFrom(...disconnectPolicies),
  agent: fc.option(fc.constantFrom("scout", "clerk"), { nil: undefined }),
  agentRole: fc.constant(undefined),
  expiresAt: fc.option(fc.nat(), { nil: undefined }),
});
const routeState = fc.record({
  name: names,
  strategy: fc.constantFrom("ordered" as const, "sticky" as const),
  stickyBy: fc.option(fc.constantFrom("key" as const, "session" as const), { nil: undefined }),
  retries: fc.option(fc.nat(2), { nil: undefined }),
  hedgeAfterMs: fc.constant(undefined),
  targets: fc.array(fc.record({ model: fc.constantFrom("a/m1", "b/m2", "b/x/y"), weight: fc.nat(2) }), {
    maxLength: 3,
  }),
});
const limitState = fc.record({
  name: fc.constantFrom("org", "key/a", "key/B", "provider/a", "provider/b", "agent/a/b"),
  requestsPerMinute: fc.option(fc.nat(3), { nil: undefined }),
  tokensPerMinute: fc.constant(undefined),
  concurrency: fc.option(fc.nat(3), { nil: undefined }),
  dayUsd: fc.option(fc.constantFrom(0.5, 2), { nil: undefined }),
  monthUsd: fc.constant(undefined),
  allowUnpriced: fc.boolean(),
});
const priceState = fc
  .record({
    provider: fc.option(names, { nil: undefined }),
    model: fc.constantFrom("m1", "x/y*"),
    input: fc.constantFrom(1, 2),
    serviceTier: fc.option(fc.constant("flex"), { nil: undefined }),
  })
  .map(({ provider: of, model, input, serviceTier }) => ({
    name: of === undefined ? model : `${of}/${model}`,
    provider: of,
    tiers: [{ ...price.tiers[0], input, serviceTier }] as DesiredOrg["prices"][number]["tiers"],
  }));
const byName = { selector: (item: { name: string }) => item.name.toLowerCase(), maxLength: 3 };
const defaults = fc.option(fc.constantFrom("a/m1", "b/m2"), { nil: undefined });
const desiredOrgs: fc.Arbitrary<DesiredOrg[]> = fc.uniqueArray(
  fc.record({
    name: names,
    defaultModel: defaults,
    providers: fc.uniqueArray(
      fc.tuple(providerState, strings).map(([state, models]) => ({ ...state, models })),
      byName,
    ),
    routes: fc.uniqueArray(routeState, byName),
    keys: fc.uniqueArray(keyState, byName),
    limits: fc.uniqueArray(limitState, byName),
    prices: fc.uniqueArray(priceState, byName),
  }),
  byName,
);
const currentModels = fc.uniqueArray(
  fc.record({
    wireId: fc.constantFrom("m1", "m2", "x/y"),
    enabled: fc.boolean(),
    origin: origins,
    discovered: fc.boolean(),
  }),
  { selector: ({ wireId }) => wireId, maxLength: 3 },
);
const currentOrgs: fc.Arbitrary<CurrentOrg[]> = fc.uniqueArray(
  fc.record({
    name: names,
    defaultModel: defaults,
    defaultModelOrigin: fc.option(fc.oneof(origins, fc.constant("elected" as const)), { nil: undefined }),
    providers: fc.uniqueArray(
      fc
        .tuple(providerState, origins, currentModels)
        .map(([state, owner, models]) => ({ ...state, origin: owner, models })),
      byName,
    ),
    routes: fc.uniqueArray(
      fc.tuple(routeState, origins).map(([state, owner]) => ({ ...state, origin: owner })),
      byName,
    ),
    keys: fc.uniqueArray(
      fc.tuple(keyState, origins).map(([state, owner]) => ({ ...state, digest: "d0", origin: owner })),
      byName,
    ),
    limits: fc.uniqueArray(
      fc.tuple(limitState, origins).map(([state, owner]) => ({ ...state, origin: owner })),
      byName,
    ),
    prices: fc.uniqueArray(
      fc.tuple(priceState, origins).map(([state, owner]) => ({ ...state, origin: owner })),
      byName,
    ),
  }),
  byName,
);

test("a plan that was carried out leaves nothing to do", () => {
  fc.assert(
    fc.property(desiredOrgs, currentOrgs, (orgs, current) => {
      const { plan, conflicts } = planConfig({ origin, desired: orgs, current });
      fc.pre(conflicts.length === 0);
      const after = carryOut(plan, { current, desired: orgs });
      const again = planConfig({ origin, desired: orgs, current: after });
      expect(again.conflicts).toEqual([]);
      expect(changesOf(again.plan)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("what others manage is never in a plan", () => {
  fc.assert(
    fc.property(desiredOrgs, currentOrgs, (orgs, current) => {
      const { plan } = planConfig({ origin, desired: orgs, current });
      for (const org of current) {
        const touched = (kind: string, name: string) =>
          plan.steps.some((step) => step.kind === kind && step.org === org.name && step.name === name);
        for (const item of org.providers) {
          if (item.origin !== origin) expect(touched("provider", item.name)).toBe(false);
        }
        for (const item of org.routes)
          if (item.origin !== origin) expect(touched("route", item.name)).toBe(false);
        for (const item of org.keys)
          if (item.origin !== origin) expect(touched("key", item.name)).toBe(false);
      }
    }),
  );
});

test("a first apply creates all it names, in an order that can be carried out", () => {
  const { plan } = planConfig({ origin, desired: [desired], current: [] });
  expect(plan.steps.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
    "create org default",
    "create provider main",
    "create model main/m1",
    "create route smart",
    "create key ci",
    "create limit key/ci",
    "create price main/m1",
    "update org default",
  ]);
});

test("a change names its fields; a secret only says that it changed", () => {
  const [current] = carryOut(planConfig({ origin, desired: [desired], current: [] }).plan, {
    current: [],
    desired: [desired],
  });
  const changed: DesiredOrg = {
    ...desired,
    providers: [{ ...provider, priority: 5, credentials: { api_key: "bbbbbbbb" } }],
    routes: [{ ...route, retries: 1, targets: [{ model: "main/m1", weight: 2, parameters: { a: 0 } }] }],
    keys: [{ ...key, digest: "d2" }],
    limits: [{ ...limit, dayUsd: undefined, concurrency: 3 }],
  };
  const { plan } = planConfig({ origin, desired: [changed], current: current ? [current] : [] });
  expect(changesOf(plan).map(({ name, changes }) => ({ name, changes }))).toEqual([
    {
      name: "main",
      changes: [
        { field: "priority", before: 100, after: 5 },
        { field: "credentials.api_key", before: "[secret]", after: "[secret]" },
      ],
    },
    {
      name: "smart",
      changes: [
        { field: "retries", before: null, after: 1 },
        {
          field: "targets",
          before: ['main/m1, parameters {"a":null,"b":1}'],
          after: ['main/m1, weight 2, parameters {"a":0}'],
        },
      ],
    },
    { name: "ci", changes: [{ field: "value", before: "[secret]", after: "[secret]" }] },
    {
      name: "key/ci",
      changes: [
        { field: "concurrency", before: null, after: 3 },
        { field: "day_usd", before: 2.5, after: null },
      ],
    },
  ]);
  expect(JSON.stringify(plan)).not.toMatch(/aaaaaaaa|bbbbbbbb|d1|d2/);
});

test("what vanished from the file is deleted, also when its whole organization did", () => {
  const [current] = carryOut(planConfig({ origin, desired: [desired], current: [] }).plan, {
    current: [],
    desired: [desired],
  });
  const { plan } = planConfig({ origin, desired: [], current: current ? [current] : [] });
  expect(changesOf(plan).map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
    "delete limit key/ci",
    "delete price main/m1",
    "delete route smart",
    "delete provider main",
    "delete key ci",
    "update org default",
  ]);
});

test("something of the same name that the API manages is a conflict that names the owner", () => {
  const current: CurrentOrg = {
    name: "default",
    defaultModel: "x/y",
    defaultModelOrigin: "api",
    providers: [{ ...provider, name: "MAIN", origin: "api", models: [] }],
    routes: [{ ...route, name: "SMART", origin: "api" }],
    keys: [{ ...key, origin: "file:other.yaml" }],
    limits: [{ ...limit, origin: "api" }],
    prices: [{ ...price, origin: "api" }],
  };
  const { conflicts } = planConfig({ origin, desired: [desired], current: [current] });
  expect(conflicts).toEqual([
    { kind: "provider", org: "default", name: "main", owner: "api" },
    { kind: "route", org: "default", name: "smart", owner: "api" },
    { kind: "key", org: "default", name: "ci", owner: "file:other.yaml" },
    { kind: "limit", org: "default", name: "key/ci", owner: "api" },
    { kind: "price", org: "default", name: "main/m1", owner: "api" },
    { kind: "org", org: "default", name: "default", owner: "api" },
  ]);
});

test("a provider that becomes another one takes its routes along: their models are new", () => {
  const [current] = carryOut(planConfig({ origin, desired: [desired], current: [] }).plan, {
    current: [],
    desired: [desired],
  });
  const other: DesiredOrg = { ...desired, providers: [{ ...provider, driver: "openai" }] };
  const { plan } = planConfig({ origin, desired: [other], current: current ? [current] : [] });
  expect(changesOf(plan).map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
    "delete provider main",
    "create provider main",
    "create model main/m1",
    "update route smart",
    "create price main/m1",
  ]);
});
