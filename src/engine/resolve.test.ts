import { describe, expect, test } from "bun:test";
import { createFakeVendor } from "../../testkit/fake-driver.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import type { RouteConfig } from "../plane/route-config.ts";
import type { ModelConfig, ProviderConfig, Snapshot } from "../plane/snapshot.ts";
import { compileSnapshot } from "./compile-snapshot.ts";
import { explainResolution } from "./explain-resolution.ts";
import type { KeyPlane } from "./plane.ts";
import { type Resolution, resolve } from "./resolve.ts";

const { driver: fake } = createFakeVendor();

function model(wireId: string): ModelConfig {
  return {
    id: `model_${wireId}`,
    wireId,
    kind: "chat",
    displayName: undefined,
    createdAt: 0,
    traits: {},
    contextTokens: undefined,
    prices: [],
  };
}

function provider(name: string, models: string[], changes: Partial<ProviderConfig> = {}): ProviderConfig {
  return {
    id: `prov_${name}`,
    name,
    driver: "none",
    baseUrl: "",
    credential: { api_key: { reveal: () => "sk" } },
    options: {},
    status: "available",
    priority: 100,
    createdAt: 0,
    models: models.map(model),
    ...changes,
  };
}

interface Setup {
  readonly providers: ProviderConfig[];
  readonly defaultModel?: string;
  readonly allowedModels?: string[];
  readonly routes?: RouteConfig[];
}

function keyOf({ providers, defaultModel, allowedModels, routes = [] }: Setup): KeyPlane {
  const snapshot: Snapshot = {
    version: 1,
    orgs: [
      {
        id: "org_1",
        name: "default",
        defaultModel,
        providers,
        routes,
        keys: [
          {
            id: "key_1",
            name: "k",
            digest: "d",
            carrier: "header",
            scopes: ["gateway"],
            allowedModels,
            strict: false,
            expiresAt: undefined,
          },
        ],
      },
    ],
  };
  const key = compileSnapshot(snapshot, { drivers: new Map([[fake.id, fake]]) }).keys.get("d");
  if (key === undefined) throw new Error("the key is missing");
  return key;
}

function served(setup: Setup, model: string | undefined, scope?: string): string {
  const { target } = resolve({ key: keyOf(setup), model, provider: scope });
  return `${target.provider.config.name}:${target.model.wireId}`;
}

function refused(setup: Setup, model: string | undefined, scope?: string): PenstockError {
  try {
    served(setup, model, scope);
  } catch (error) {
    if (error instanceof PenstockError) return error;
  }
  throw new Error("it was not refused");
}

describe("which model runs", () => {
  const providers = [
    provider("west", ["m", "org/m"], { createdAt: 2 }),
    provider("East", ["m"], { createdAt: 1 }),
    provider("cheap", ["m"], { priority: 200 }),
  ];

  test("a qualified name wins, whatever the case of the provider", () => {
    expect(served({ providers }, "WEST/m")).toBe("west:m");
    expect(served({ providers }, "east/m")).toBe("East:m");
    expect(served({ providers }, "west/org/m")).toBe("west:org/m");
  });

  test("an exact id runs at the provider of best priority, then the oldest", () => {
    expect(served({ providers }, "m")).toBe("East:m");
    expect(served({ providers }, "org/m")).toBe("west:org/m");
  });

  test("a provider that is down comes last, but still before nothing", () => {
    const down = providers.map((p) => (p.name === "East" ? { ...p, status: "unavailable" as const } : p));
    expect(served({ providers: down }, "m")).toBe("west:m");
    expect(served({ providers: [provider("only", ["m"], { status: "failed" })] }, "m")).toBe("only:m");
  });

  test("a provider in the path restricts the choice", () => {
    expect(served({ providers }, "m", "cheap")).toBe("cheap:m");
    expect(refused({ providers }, "org/m", "cheap").code).toBe("model_not_found");
    expect(refused({ providers }, "m", "nowhere").code).toBe("not_found");
  });

  test("no model: the org's default, else a 400", () => {
    expect(served({ providers, defaultModel: "cheap/m" }, undefined)).toBe("cheap:m");
    expect(refused({ providers }, undefined).code).toBe("model_missing");
  });

  test("an unknown model is answered with up to three near ones that the key may use", () => {
    const setup = {
      providers: [
        provider("a", ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5", "claude-opus-4-5", "gpt-5"]),
      ],
    };
    expect(refused(setup, "claude-sonet-4-5").message).toContain("`claude-sonnet-4-5`");
    expect(refused(setup, "claude-sonnet-4-5-2025").message).toContain("`claude-sonnet-4-5-20250929`");
    expect(refused(setup, "zzz").message).not.toContain("Did you mean");
    expect(refused({ ...setup, allowedModels: ["gpt-5"] }, "claude-sonet-4-5").message).not.toContain(
      "claude-sonnet",
    );
  });

  test("a key's list of models holds for every spelling", () => {
    const setup = { providers, allowedModels: ["west/m"] };
    expect(served(setup, "west/m")).toBe("west:m");
    expect(refused(setup, "East/m").code).toBe("model_not_allowed");
    expect(served({ providers, allowedModels: ["m"] }, "cheap/m")).toBe("cheap:m");
  });

  test("the explanation names the same target as the call runs", () => {
    const { org } = keyOf({ providers });
    const explained = explainResolution(org, "m");
    expect(explained.targets.map(({ provider }) => provider)).toEqual(["East", "west", "cheap"]);
    expect(explained.targets.filter(({ chosen }) => chosen).map(({ provider }) => provider)).toEqual([
      "East",
    ]);
    expect(explainResolution(org, "x").rule).toBe("none");
  });
});

describe("routes", () => {
  const providers = [
    provider("west", ["m", "smart"]),
    // Ids of models are unique.
    provider("east", ["m"], { models: [{ ...model("m"), id: "model_east" }] }),
  ];
  const route = (change: Partial<RouteConfig> = {}): RouteConfig => ({
    ...{ id: "route_1", name: "Smart", strategy: "weighted" },
    targets: [
      { modelId: "model_gone", weight: 5 },
      { modelId: "model_east", weight: 3, parameters: { temperature: 0 } },
      { modelId: "model_m", weight: 1 },
    ],
    ...change,
  });
  const candidatesOf = (setup: Partial<Setup>, name = "smart", scope?: string) =>
    resolve({ key: keyOf({ providers, routes: [route()], ...setup }), model: name, provider: scope });
  const names = (resolution: Resolution) =>
    resolution.candidates.map(({ target }) => `${target.provider.config.name}:${target.model.wireId}`);

  test("a route's name wins over a model of the same id, whatever its case; what is out of use is passed over", () => {
    const resolution = candidatesOf({});
    expect(names(resolution)).toEqual(["east:m", "west:m"]);
    expect([resolution.by, resolution.route?.config.name, resolution.name]).toEqual([
      "route",
      "Smart",
      "smart",
    ]);
    expect(resolution.candidates[0]).toMatchObject({ weight: 3, parameters: { temperature: 0 } });
    expect(resolution.target).toBe(resolution.candidates[0]?.target ?? expect.unreachable());
    expect(names(candidatesOf({}, "west/smart"))).toEqual(["west:smart"]);
    expect(names(candidatesOf({}, "SMART", "west"))).toEqual(["west:m"]);
  });

  test("every provider of an exact id may answer, the best first", () => {
    expect(names(candidatesOf({}, "m"))).toEqual(["west:m", "east:m"]);
  });

  test("a key that names the route may use all of it; another only what it names itself", () => {
    expect(names(candidatesOf({ allowedModels: ["sMART"] }))).toEqual(["east:m", "west:m"]);
    expect(names(candidatesOf({ allowedModels: ["west/m"] }))).toEqual(["west:m"]);
    expect(() => candidatesOf({ allowedModels: ["other"] })).toThrow(/may not use the model `smart`/);
    expect(names(candidatesOf({ allowedModels: ["east/m"] }, "m"))).toEqual(["east:m"]);
    // The route lends nothing to its targets.
    expect(() => candidatesOf({ allowedModels: ["smart"] }, "east/m")).toThrow(/may not use/);
  });

  test("an empty route says so; a name near to a route's is told", () => {
    const empty = [route({ targets: [{ modelId: "model_gone", weight: 1 }] })];
    expect(() => candidatesOf({ routes: empty })).toThrow(/The route `Smart` has no target left/);
    const long = [route({ name: "clever-mix" })];
    expect(() => candidatesOf({ routes: long }, "clever-mux")).toThrow(/`clever-mix`/);
    expect(() => candidatesOf({ routes: long, allowedModels: ["smart"] }, "clever-mux")).not.toThrow(
      /`clever-mix`/,
    );
  });

  test("the default model may be a route", () => {
    const key = keyOf({ providers, routes: [route()], defaultModel: "smart" });
    expect(names(resolve({ key, model: undefined, provider: undefined }))).toEqual(["east:m", "west:m"]);
  });

  test("the explanation tells shares, or who stands in", () => {
    const callable = providers.map((each) => ({ ...each, driver: fake.id, baseUrl: "https://v.example" }));
    const explained = (change: Partial<RouteConfig>) => {
      const key = keyOf({ providers: callable, routes: [route(change)] });
      return explainResolution(key.org, "smart").targets;
    };
    expect(explained({}).map(({ chosen, reason }) => [chosen, reason])).toEqual([
      [true, "75 % of the calls of the route `Smart` (weighted)"],
      [true, "25 % of the calls of the route `Smart` (weighted)"],
    ]);
    expect(explained({ strategy: "ordered" }).map(({ chosen }) => chosen)).toEqual([true, false]);
  });

  test("of a new snapshot a route that did not change is the same object", () => {
    const parts = { drivers: new Map() };
    const org = (routes: RouteConfig[]) => ({
      version: 1,
      orgs: [{ id: "org_1", name: "o", defaultModel: undefined, providers, routes, keys: [] }],
    });
    const [one, two] = [route(), route({ id: "route_2", name: "two" })];
    const before = compileSnapshot(org([one, two]), parts);
    const routesOf = (plane: typeof before) => plane.orgs.get("org_1")?.routes;
    const after = compileSnapshot(org([one, { ...two, retries: 1 }]), parts, before);
    expect(routesOf(after)?.get("smart")).toBe(routesOf(before)?.get("smart") ?? expect.unreachable());
    expect(routesOf(after)?.get("two")?.config.retries).toBe(1);
    expect(compileSnapshot(org([one, two]), parts, before).orgs.get("org_1")).toBe(
      before.orgs.get("org_1") ?? expect.unreachable(),
    );
    expect(routesOf(compileSnapshot(org([one]), parts, before))?.has("two")).toBe(false);
  });
});
