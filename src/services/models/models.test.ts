import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { createOrg } from "../orgs/create.ts";
import { getOrg } from "../orgs/get.ts";
import { listOrgs } from "../orgs/list.ts";
import { setDefaultModel } from "../orgs/set-default-model.ts";
import { createProvider } from "../providers/create.ts";
import type { ProviderView } from "../providers/provider-view.ts";
import { createModel } from "./create.ts";
import { getModel } from "./get.ts";
import { listModels } from "./list.ts";
import { removeModel } from "./remove.ts";
import { updateModel } from "./update.ts";

for (const engine of engines) {
  describe(`models and default models on ${engine}`, () => {
    let world: ServiceWorld;
    let provider: ProviderView;
    beforeEach(async () => {
      world = await createWorld(engine);
      provider = await createProvider(world.admin, {
        orgId: world.orgId,
        name: "Main",
        driver: "fake",
        credentials: { api_key: "sk-one" },
      });
    }, 60_000);
    afterEach(() => world.close());

    const add = (wireId: string, more: object = {}) =>
      createModel(world.admin, { orgId: world.orgId, providerId: provider.id, wireId, ...more });

    test("a model added by hand is enabled, named by its provider, and there once", async () => {
      const model = await add("vendor/m-1:beta", { contextTokens: 8192, traits: { reasoning: "effort" } });
      expect(model).toMatchObject({
        name: "Main/vendor/m-1:beta",
        enabled: true,
        source: "manual",
        kind: "chat",
      });
      expect(await getModel(world.admin, { orgId: world.orgId, modelId: model.id })).toEqual(model);
      await expect(add("vendor/m-1:beta")).rejects.toMatchObject({ code: "conflict" });
      for (const wireId of ["", " x", "a\nb", "y".repeat(257)]) {
        await expect(add(wireId)).rejects.toMatchObject({ problems: [{ path: "/wire_id" }] });
      }
    });

    test("an update changes only what it names; null goes back to what is known otherwise", async () => {
      const model = await add("m", { displayName: "Mine", contextTokens: 100 });
      const ref = { orgId: world.orgId, modelId: model.id };
      expect(await updateModel(world.admin, { ...ref, enabled: false })).toMatchObject({
        enabled: false,
        displayName: "Mine",
      });
      expect((await updateModel(world.admin, { ...ref, displayName: null })).displayName).toBeUndefined();
      const unknown = { ...ref, traits: { colour: "red" } };
      // @ts-expect-error a field that does not exist
      await expect(updateModel(world.admin, unknown)).rejects.toMatchObject({
        problems: [{ path: "/traits/colour" }],
      });
    });

    test("lists filter by provider and state, and removed models are gone", async () => {
      const [one, two] = [await add("one"), await add("two", { enabled: false })];
      const list = async (more: object) =>
        (await listModels(world.admin, { orgId: world.orgId, ...more })).data.map((model) => model.wireId);
      expect(await list({})).toEqual(["one", "two"]);
      expect(await list({ enabled: false })).toEqual(["two"]);
      expect(await list({ providerId: provider.id, enabled: true })).toEqual(["one"]);
      await expect(list({ providerId: "prov_none" })).rejects.toMatchObject({ code: "not_found" });
      await removeModel(world.admin, { orgId: world.orgId, modelId: one.id });
      expect(await list({})).toEqual(["two"]);
      expect(two.enabled).toBe(false);
    });

    test("a default model must be served, under its own name or its provider's", async () => {
      await add("m");
      await add("off", { enabled: false });
      const set = (model: string | null, more: object = {}) =>
        setDefaultModel(world.admin, { orgId: world.orgId, model, ...more });
      expect((await set("m")).defaultModel).toBe("m");
      expect((await set("main/m")).defaultModel).toBe("main/m");
      await expect(set("Main/off")).rejects.toMatchObject({ code: "unprocessable" });
      expect((await set("later", { mustExist: false })).defaultModel).toBe("later");
      expect((await set(null)).defaultModel).toBeUndefined();
    });

    test("a default model that a file set is the file's", async () => {
      await setDefaultModel(world.file("p.yaml"), { orgId: world.orgId, model: "x", mustExist: false });
      const change = setDefaultModel(world.admin, { orgId: world.orgId, model: null });
      await expect(change).rejects.toMatchObject({ code: "origin_conflict" });
      expect((await getOrg(world.admin, { orgId: world.orgId })).defaultModelOrigin).toBe("file:p.yaml");
    });

    test("an org's admin sees its own org only; the system sees all; names are unique without case", async () => {
      await createOrg(world.system, { name: "Other" });
      expect((await listOrgs(world.admin, {})).data.map((org) => org.name)).toEqual(["acme"]);
      expect((await listOrgs(world.system, {})).data.map((org) => org.name)).toEqual(["acme", "Other"]);
      await expect(createOrg(world.system, { name: "oTHER" })).rejects.toMatchObject({ code: "conflict" });
      await expect(createOrg(world.admin, { name: "mine" })).rejects.toMatchObject({ code: "key_scope" });
    });
  });
}
