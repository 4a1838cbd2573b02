import { expect, test } from "bun:test";
import { createFakeVendor } from "../../testkit/fake-driver.ts";
import type { KeyConfig, OrgConfig, ProviderConfig } from "../plane/snapshot.ts";
import { compileSnapshot } from "./compile-snapshot.ts";

const { driver } = createFakeVendor();
const parts = { drivers: new Map([[driver.id, driver]]) };

function provider(name: string, more: Partial<ProviderConfig> = {}): ProviderConfig {
  return {
    id: `prov_${name}`,
    name,
    driver: "fake",
    baseUrl: "https://vendor.example/v1",
    credential: { api_key: { reveal: () => "sk" } },
    options: {},
    status: "available",
    priority: 100,
    createdAt: 1,
    models: [
      {
        id: `model_${name}`,
        wireId: "m",
        kind: "chat",
        displayName: undefined,
        createdAt: 1,
        traits: {},
        contextTokens: undefined,
        prices: [],
      },
    ],
    ...more,
  };
}

function key(id: string, more: Partial<KeyConfig> = {}): KeyConfig {
  const config = { id, name: id, digest: `digest-${id}`, carrier: "header", scopes: ["gateway"] } as const;
  return { ...config, allowedModels: undefined, strict: false, expiresAt: undefined, ...more };
}

function org(more: Partial<OrgConfig>): OrgConfig {
  return { id: "org_1", name: "acme", defaultModel: undefined, providers: [], keys: [], ...more };
}

const [a, b, k] = [provider("a"), provider("b"), key("k")];
const before = compileSnapshot({ version: 1, orgs: [org({ providers: [a, b], keys: [k] })] }, parts);
const compile = (next: OrgConfig) => compileSnapshot({ version: 2, orgs: [next] }, parts, before);

test("a provider that did not change is taken over with what it has prepared, one that did is made anew", () => {
  const after = compile(org({ providers: [a, { ...b, priority: 1 }], keys: [k] })).orgs.get("org_1");
  expect(after?.providers.get("a")).toBe(before.orgs.get("org_1")?.providers.get("a"));
  expect(after?.providers.get("b")).not.toBe(before.orgs.get("org_1")?.providers.get("b"));
  expect(after?.byWireId.get("m")?.map(({ target }) => target.provider.config.name)).toEqual(["b", "a"]);
});

test("a new key costs the org nothing, and finds the same models", () => {
  const after = compile(org({ providers: [a, b], keys: [k, key("k2")] }));
  expect(after.orgs.get("org_1")).toBe(before.orgs.get("org_1"));
  expect(after.keys.get("digest-k")).toBe(before.keys.get("digest-k"));
  expect(after.keys.get("digest-k2")?.org).toBe(after.orgs.get("org_1"));
});

test("a key that is gone, or has another value, is not found any more", () => {
  const after = compile(org({ providers: [a, b], keys: [{ ...k, digest: "digest-new" }] }));
  expect([...after.keys.keys()]).toEqual(["digest-new"]);
});

test("another default model is in force, for every key", () => {
  const after = compile(org({ providers: [a, b], keys: [k], defaultModel: "m" }));
  expect(after.orgs.get("org_1")?.defaultModel).toBe("m");
  expect(after.keys.get("digest-k")?.org.defaultModel).toBe("m");
});

test("hosts that are no longer allowed put providers out of use that did not change themselves", () => {
  const after = compile(org({ providers: [a, b], keys: [k], allowedHosts: ["other.example"] }));
  expect(after.orgs.get("org_1")?.providers.get("a")?.misconfigured).toContain("not among those");
  expect(before.orgs.get("org_1")?.providers.get("a")?.misconfigured).toBeUndefined();
});

test("a provider that is gone leaves none of its names", () => {
  const after = compile(org({ providers: [b], keys: [k] })).orgs.get("org_1");
  expect(after?.byQualifiedName.has("a/m")).toBe(false);
  expect(after?.byWireId.get("m")?.length).toBe(1);
});
