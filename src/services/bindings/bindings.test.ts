import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { listAudit } from "../audit/list.ts";
import { createKey } from "../keys/create.ts";
import { listKeys } from "../keys/list.ts";
import { createModel } from "../models/create.ts";
import { getModel } from "../models/get.ts";
import { modelImpact } from "../models/impact.ts";
import type { ModelView } from "../models/model-view.ts";
import { removeModel } from "../models/remove.ts";
import { listSiblings } from "../models/siblings.ts";
import { updateModel } from "../models/update.ts";
import { updateModels } from "../models/update-many.ts";
import { getOrg } from "../orgs/get.ts";
import { setDefaultModel } from "../orgs/set-default-model.ts";
import { createProvider } from "../providers/create.ts";
import { providerImpact } from "../providers/impact.ts";
import { removeProvider } from "../providers/remove.ts";
import { getSettings } from "../settings/get.ts";
import { updateSettings } from "../settings/update.ts";
import { rebindModel } from "./rebind.ts";

for (const engine of engines) {
  describe(`moving between models on ${engine}`, () => {
    let world: ServiceWorld;
    let one: ModelView;
    let other: ModelView;

    beforeEach(async () => {
      world = await createWorld(engine);
      one = await served("First", { wireId: "gpt-4o-2024-08-06" });
      other = await served("Second", { wireId: "openai/gpt-4o" });
    }, 60_000);
    afterEach(() => world.close());

    const org = () => ({ orgId: world.orgId });
    const ref = ({ id }: ModelView) => ({ ...org(), modelId: id });

    async function served(name: string, model: { wireId: string; kind?: "embedding" }): Promise<ModelView> {
      const provider = await createProvider(world.admin, {
        ...org(),
        name,
        driver: "fake",
        credentials: { api_key: "sk-one" },
        discover: false,
      });
      return createModel(world.admin, { ...org(), providerId: provider.id, ...model });
    }

    async function bindAll(): Promise<void> {
      await setDefaultModel(world.admin, { ...org(), model: "first/gpt-4o-2024-08-06" });
      await createKey(world.admin, { ...org(), name: "ci", allowedModels: ["gpt-4o-2024-08-06", "else"] });
    }

    const allowed = async () => (await listKeys(world.admin, org())).data[0]?.allowedModels;
    const lastActs = async (count: number) =>
      (await listAudit(world.admin, { ...org(), limit: count })).data.map(({ action }) => action);

    test("the impact of a model names all that names it, and what would answer then", async () => {
      await bindAll();
      const { bindings, recentUse, comparison } = await modelImpact(world.admin, {
        ...ref(one),
        to: other.id,
      });
      expect(bindings.map(({ kind, name, movesTo }) => [kind, name, movesTo])).toEqual([
        ["default_model", "acme", undefined],
        ["key", "ci", undefined],
      ]);
      expect(recentUse).toEqual({ requests: 0, keys: 0, lastAt: undefined });
      expect(comparison).toBeDefined();
      const third = await served("Third", { wireId: "gpt-4o-2024-08-06" });
      const later = await modelImpact(world.admin, ref(one));
      expect(later.bindings.map(({ kind, movesTo }) => [kind, movesTo])).toEqual([
        ["default_model", undefined],
        ["key", third.name],
      ]);
      expect((await providerImpact(world.admin, { ...org(), providerId: one.providerId })).bindings).toEqual(
        later.bindings,
      );
    });

    test("the same model on another provider is its sibling, whatever it is called there", async () => {
      await served("Third", { wireId: "gpt-4o-mini" });
      expect((await listSiblings(world.admin, ref(one))).map(({ id }) => id)).toEqual([other.id]);
      await updateModel(world.admin, { ...ref(other), enabled: false });
      expect((await listSiblings(world.admin, ref(one))).map(({ id }) => id)).toEqual([other.id]);
    });

    test("a rebind moves everything at once; a dry run only says so", async () => {
      await bindAll();
      const move = { ...org(), from: one.id, to: other.id };
      const planned = await rebindModel(world.admin, { ...move, dryRun: true });
      expect(await allowed()).toEqual(["gpt-4o-2024-08-06", "else"]);
      const revisions = async () => [
        (await listKeys(world.admin, org())).data[0]?.updatedAt ?? 0,
        (await getOrg(world.admin, org())).updatedAt,
      ];
      const before = await revisions();
      expect(await rebindModel(world.admin, { ...move, dryRun: false })).toEqual(planned);
      // Whoever read them before must not overwrite what was moved.
      for (const [at, revision] of (await revisions()).entries())
        expect(revision).toBeGreaterThan(before[at] ?? 0);
      expect(planned.map(({ kind, after }) => [kind, after])).toEqual([
        ["default_model", "Second/openai/gpt-4o"],
        ["key", "Second/openai/gpt-4o"],
      ]);
      expect(await allowed()).toEqual(["Second/openai/gpt-4o", "else"]);
      expect((await getOrg(world.admin, org())).defaultModel).toBe("Second/openai/gpt-4o");
      expect(await lastActs(2)).toEqual(["key.rebind", "org.rebind"]);
    });

    test("nothing is moved to a model that cannot take the place, nor where a file decides", async () => {
      await bindAll();
      const embedding = await served("Third", { wireId: "embed-1", kind: "embedding" });
      await updateModel(world.admin, { ...ref(other), enabled: false });
      for (const to of [one.id, other.id, embedding.id]) {
        const move = rebindModel(world.admin, { ...org(), from: one.id, to, dryRun: true });
        await expect(move).rejects.toMatchObject({ problems: [{ path: "/to" }] });
      }
      await updateModel(world.admin, { ...ref(other), enabled: true });
      const file = world.file("penstock.yaml");
      await createKey(file, { ...org(), name: "filed", allowedModels: ["gpt-4o-2024-08-06"] });
      const move = rebindModel(world.admin, { ...org(), from: one.id, to: other.id, dryRun: false });
      await expect(move).rejects.toMatchObject({ code: "origin_conflict" });
      expect((await getOrg(world.admin, org())).defaultModel).toBe("first/gpt-4o-2024-08-06");
    });

    test("what is in use is neither disabled nor removed unasked", async () => {
      await bindAll();
      const acts = [
        () => updateModel(world.admin, { ...ref(one), enabled: false }),
        () => updateModels(world.admin, { ...org(), models: [{ id: one.id, enabled: false }] }),
        () => removeModel(world.admin, ref(one)),
        () => removeProvider(world.admin, { ...org(), providerId: one.providerId }),
      ];
      for (const act of acts) await expect(act()).rejects.toThrow(/the key `ci` \(`gpt-4o-2024-08-06`\)/);
      expect((await getModel(world.admin, ref(one))).enabled).toBe(true);
    });

    test("with a successor its users move along; by force a default is cleared and a key allows less", async () => {
      await bindAll();
      const gone = { ...org(), providerId: one.providerId };
      await removeProvider(world.admin, { ...gone, mode: { rebind: other.id } });
      expect(await allowed()).toEqual(["Second/openai/gpt-4o", "else"]);
      await removeModel(world.admin, { ...ref(other), mode: { force: true } });
      expect((await getOrg(world.admin, org())).defaultModel).toBeUndefined();
      expect(await allowed()).toEqual(["Second/openai/gpt-4o", "else"]);
    });

    test("many models change together or, with every problem named, not at all", async () => {
      const models = [
        { id: one.id, favorite: true },
        { id: "model_0000000000000000000000000a", enabled: true },
        { id: other.id, enabled: false },
        { id: "model_0000000000000000000000000b", enabled: true },
      ];
      await expect(updateModels(world.admin, { ...org(), models })).rejects.toMatchObject({
        problems: [{ path: "/models/1" }, { path: "/models/3" }],
      });
      expect((await getModel(world.admin, ref(other))).enabled).toBe(true);
      const changed = await updateModels(world.admin, {
        ...org(),
        models: models.filter(({ id }) => id === one.id || id === other.id),
      });
      expect(changed.map(({ favorite, enabled }) => [favorite, enabled])).toEqual([
        [true, true],
        [false, false],
      ]);
    });

    test("settings: defaults by kind, and the only hosts that may be called", async () => {
      const embedding = await served("Third", { wireId: "embed-1", kind: "embedding" });
      const update = (change: object) => updateSettings(world.admin, { ...org(), ...change });
      await expect(update({ defaultEmbeddingModel: one.name })).rejects.toMatchObject({
        problems: [{ path: "/default_embedding_model" }],
      });
      await update({ defaultChatModel: one.name, defaultEmbeddingModel: embedding.name });
      const { bindings } = await modelImpact(world.admin, ref(embedding));
      expect(bindings.map(({ kind }) => kind)).toEqual(["default_embedding_model"]);
      await expect(update({ allowedHosts: ["other.example"] })).rejects.toThrow(/First.*Second.*Third/);
      for (const host of ["", "https://x", "a b", "*", "x:80"]) {
        await expect(update({ allowedHosts: [host] })).rejects.toMatchObject({ code: "unprocessable" });
      }
      await update({ allowedHosts: ["*.Example"] });
      expect(await getSettings(world.admin, org())).toMatchObject({ allowedHosts: ["*.example"] });
      const refused = createProvider(world.admin, {
        ...org(),
        name: "Fourth",
        driver: "fake",
        baseUrl: "https://elsewhere.test",
        credentials: { api_key: "sk-one" },
      });
      await expect(refused).rejects.toMatchObject({ problems: [{ path: "/base_url" }] });
      await update({ allowedHosts: null });
      expect((await getSettings(world.admin, org())).allowedHosts).toBeUndefined();
    });
  });
}
