import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { listModels } from "../models/list.ts";
import { updateModel } from "../models/update.ts";
import { getOrg } from "../orgs/get.ts";
import { createProvider } from "./create.ts";
import { discoverModels } from "./discover.ts";
import { getProvider } from "./get.ts";
import { updateProvider } from "./update.ts";

for (const engine of engines) {
  describe(`discovery on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    const add = (more: object = {}) =>
      createProvider(world.admin, {
        orgId: world.orgId,
        name: "main",
        driver: "fake",
        credentials: { api_key: "sk-one" },
        ...more,
      });
    const models = async () => (await listModels(world.admin, { orgId: world.orgId, limit: 1000 })).data;
    const enabled = async () => (await models()).filter((model) => model.enabled).map((model) => model.name);
    const ids = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: `${prefix}-${index}` }));

    test("an org's first account starts with a few chat models, known ones first, and one default", async () => {
      world.vendor.models = [
        { id: "text-embedding-9" },
        { id: "whisper-9" },
        { id: "labelled", kind: "other" },
        ...ids("plain", 10),
        ...ids("known", 5),
        { id: "known-0-2026-01-31" },
      ];
      const provider = await add();
      expect(await enabled()).toEqual(ids("known", 5).map(({ id }) => `main/${id}`));
      expect(provider.models).toEqual({ total: 19, enabled: 5, stale: 0, new: 0 });
      expect(await getOrg(world.admin, { orgId: world.orgId })).toMatchObject({
        defaultModel: "main/known-0",
        defaultModelOrigin: "elected",
      });
      expect((await models()).find((model) => model.wireId === "text-embedding-9")?.kind).toBe("embedding");
    });

    test("a second account's models arrive disabled, and the default stays", async () => {
      world.vendor.models = ids("plain", 2);
      await add();
      world.vendor.models = ids("other", 3);
      const second = await add({ name: "second" });
      expect(second.models).toEqual({ total: 3, enabled: 0, stale: 0, new: 0 });
      expect((await getOrg(world.admin, { orgId: world.orgId })).defaultModel).toBe("main/plain-0");
    });

    test("explicit models are enabled, and then nothing else is", async () => {
      world.vendor.models = ids("plain", 4);
      await add({ models: ["plain-2", "private-1"] });
      expect((await enabled()).sort()).toEqual(["main/plain-2", "main/private-1"]);
    });

    test("what the vendor no longer lists is kept and marked, and unmarked when it comes back", async () => {
      world.vendor.models = ids("plain", 3);
      const { id: providerId } = await add();
      const ref = { orgId: world.orgId, providerId };
      world.vendor.models = [{ id: "plain-0" }, { id: "plain-9", contextTokens: 8192 }];
      expect(await discoverModels(world.admin, ref)).toMatchObject({
        added: ["plain-9"],
        stale: ["plain-1", "plain-2"],
        enabled: [],
        total: 2,
      });
      const stale = (await models()).filter((model) => model.stale);
      expect(stale.map((model) => [model.wireId, model.enabled])).toEqual([
        ["plain-1", true],
        ["plain-2", true],
      ]);
      world.vendor.models = ids("plain", 3);
      await discoverModels(world.admin, ref);
      expect((await models()).filter((model) => model.stale).map((model) => model.wireId)).toEqual([
        "plain-9",
      ]);
    });

    test("what an admin switched off stays off", async () => {
      world.vendor.models = ids("plain", 2);
      const { id: providerId } = await add();
      const [first] = await models();
      const off = { orgId: world.orgId, modelId: first?.id ?? "", enabled: false, mode: { force: true } };
      await updateModel(world.admin, off);
      await discoverModels(world.admin, { orgId: world.orgId, providerId });
      expect((await enabled()).length).toBe(1);
    });

    test("a failing discovery does not fail the create; it stands on the provider until one succeeds", async () => {
      world.vendor.models = () =>
        Promise.reject(
          new PenstockError("upstream_error", { fields: { provider: "main", reason: "status 500" } }),
        );
      const made = await add();
      expect(made.status).toBe("available");
      expect(made.lastError).toContain("Discovery failed");
      expect(world.logged.map((entry) => entry.event)).toEqual(["discovery_failed"]);
      const ref = { orgId: world.orgId, providerId: made.id };
      await expect(discoverModels(world.admin, ref)).rejects.toMatchObject({ code: "upstream_error" });
      world.vendor.models = ids("plain", 1);
      await discoverModels(world.admin, ref);
      expect((await getProvider(world.admin, ref)).lastError).toBeUndefined();
    });

    test("a file's list is all it wants: what it drops goes back to what discovery knows, or away", async () => {
      const file = world.file("penstock.yaml");
      world.vendor.models = ids("plain", 2);
      const made = await createProvider(file, {
        orgId: world.orgId,
        name: "main",
        driver: "fake",
        credentials: { api_key: "k" },
        models: ["plain-0", "private-1"],
      });
      await updateProvider(file, { orgId: world.orgId, providerId: made.id, models: ["plain-1"] });
      expect(
        (await models()).map((model) => [model.wireId, model.enabled, model.source, model.origin]),
      ).toEqual(
        expect.arrayContaining([
          ["plain-0", false, "discovered", "api"],
          ["plain-1", true, "config", "file:penstock.yaml"],
        ]),
      );
      expect((await models()).length).toBe(2);
    });

    test("ids and names no vendor should send are passed over or cleaned, on both engines alike", async () => {
      world.vendor.models = [{ id: "a\0b" }, { id: "" }, { id: "fine", displayName: "Fi\0ne\n" }];
      const made = await add();
      expect(made.lastError).toBeUndefined();
      expect((await models()).map((model) => [model.wireId, model.displayName])).toEqual([["fine", "Fi ne"]]);
    });

    test("twice the same id and thousands of models do no harm", async () => {
      world.vendor.models = [...ids("plain", 1200), { id: "plain-0" }];
      const made = await add();
      expect(made.models.total).toBe(1200);
      const again = await discoverModels(world.admin, { orgId: world.orgId, providerId: made.id });
      expect(again).toMatchObject({ added: [], stale: [], total: 1200 });
    });
  });
}
