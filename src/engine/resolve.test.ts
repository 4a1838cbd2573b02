import { describe, expect, test } from "bun:test";
import { PenstockError } from "../errors/penstock-error.ts";
import type { ModelConfig, ProviderConfig, Snapshot } from "../plane/snapshot.ts";
import { compileSnapshot } from "./compile-snapshot.ts";
import { explainResolution } from "./explain-resolution.ts";
import type { KeyPlane } from "./plane.ts";
import { resolve } from "./resolve.ts";

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
    credential: {},
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
}

function keyOf({ providers, defaultModel, allowedModels }: Setup): KeyPlane {
  const snapshot: Snapshot = {
    version: 1,
    orgs: [
      {
        id: "org_1",
        name: "default",
        defaultModel,
        providers,
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
  const key = compileSnapshot(snapshot, { drivers: new Map() }).keys.get("d");
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
