import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { listAudit } from "../audit/list.ts";
import { rebindModel } from "../bindings/rebind.ts";
import { createKey } from "../keys/create.ts";
import { listKeys } from "../keys/list.ts";
import { createModel } from "../models/create.ts";
import { modelImpact } from "../models/impact.ts";
import type { ModelView } from "../models/model-view.ts";
import { removeModel } from "../models/remove.ts";
import { updateModel } from "../models/update.ts";
import { setDefaultModel } from "../orgs/set-default-model.ts";
import { createProvider } from "../providers/create.ts";
import { getProvider } from "../providers/get.ts";
import { removeProvider } from "../providers/remove.ts";
import { updateProvider } from "../providers/update.ts";
import { getSettings } from "../settings/get.ts";
import { updateSettings } from "../settings/update.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { SnapshotBuilder } from "../snapshot/builder.ts";
import { createRoute } from "./create.ts";
import { getRoute } from "./get.ts";
import { routeImpact } from "./impact.ts";
import { listRoutes } from "./list.ts";
import { removeRoute } from "./remove.ts";
import { updateRoute } from "./update.ts";

for (const engine of engines) {
  describe(`routes on ${engine}`, () => {
    let world: ServiceWorld;
    let west: ModelView;
    let east: ModelView;

    beforeEach(async () => {
      world = await createWorld(engine);
      west = await served("West", { wireId: "m" });
      east = await served("East", { wireId: "m" });
    }, 60_000);

    afterEach(() => world.close());

    const org = () => ({ orgId: world.orgId });
    const both = [{ model: "west/m", weight: 9 }, { model: "East/m" }];

    async function served(name: string, model: { wireId: string; kind?: "embedding" }): Promise<ModelView> {
      const provider = await createProvider(world.admin, {
        ...{ ...org(), name, driver: "fake", credentials: { api_key: "sk-one" }, discover: false },
      });
      return createModel(world.admin, { ...org(), providerId: provider.id, ...model });
    }

    const create = (change: Partial<Parameters<typeof createRoute>[1]> = {}) =>
      createRoute(world.admin, { ...org(), name: "smart", strategy: "weighted", targets: both, ...change });
    const lastActs = async (count: number) =>
      (await listAudit(world.admin, { ...org(), limit: count })).data.map(({ action }) => action);

    test("a route names its models by name or id and tells both", async () => {
      const made = await create({
        strategy: "sticky",
        retries: 1,
        targets: [
          { model: west.id, parameters: { temperature: 0, top_p: null }, timeouts: { firstByteMs: 5_000 } },
          { model: "East/m", weight: 0.5 },
        ],
      });
      expect(made).toMatchObject({
        name: "smart",
        stickyBy: "session",
        retries: 1,
        kind: "chat",
        origin: "api",
      });
      expect(made.targets).toEqual([
        {
          ...{ modelId: west.id, model: "West/m", state: "served", weight: 1 },
          ...{ parameters: { temperature: 0, top_p: null }, timeouts: { firstByteMs: 5_000 } },
        },
        { modelId: east.id, model: "East/m", state: "served", weight: 0.5 },
      ]);
      expect(await getRoute(world.admin, { ...org(), routeId: made.id })).toEqual(made);
      expect(await lastActs(1)).toEqual(["route.create"]);
    });

    test("its name is free of slashes and another route's, whatever the case", async () => {
      await create();
      await expect(create({ name: "SMART" })).rejects.toMatchObject({ code: "conflict" });
      await expect(create({ name: "west/m" })).rejects.toMatchObject({ problems: [{ path: "/name" }] });
      const other = await create({ name: "other" });
      const renamed = updateRoute(world.admin, { ...org(), routeId: other.id, name: "Smart" });
      await expect(renamed).rejects.toMatchObject({ code: "conflict" });
    });

    test("everything that is wrong is told at once", async () => {
      const embedding = await served("Vectors", { wireId: "e", kind: "embedding" });
      await updateModel(world.admin, { ...org(), modelId: east.id, enabled: false });
      const wrong = create({
        strategy: "weighted",
        stickyBy: "key",
        hedgeAfterMs: 5,
        targets: [
          { model: "west/m", weight: 0 },
          { model: "m", weight: 0 },
          { model: east.id, weight: 0 },
          { model: embedding.id, weight: 0 },
        ],
      });
      const problems = await wrong.then(
        () => [],
        (error) => error.problems.map(({ path }: { path: string }) => path),
      );
      expect(problems).toEqual([
        ...["/targets", "/sticky_by", "/hedge_after_ms"],
        ...["/targets/1/model", "/targets/2/model", "/targets/3/model"],
      ]);
      const badParameters = create({
        targets: [
          { model: west.id, parameters: { model: "x", stream: true, "a b": 1, metadata: {} } },
          { model: west.id, weight: -1, timeouts: { idleMs: 1 } },
          { model: west.id, parameters: { stop: "x".repeat(20_000) } },
        ],
      });
      await expect(badParameters).rejects.toMatchObject({
        problems: [
          { path: "/targets/0/parameters/model" },
          { path: "/targets/0/parameters/stream" },
          { path: "/targets/0/parameters/a b" },
          { path: "/targets/1/weight" },
          { path: "/targets/1/timeouts/idleMs" },
          { path: "/targets/2/parameters" },
        ],
      });
      await expect(create({ strategy: "single" })).rejects.toMatchObject({
        problems: [{ path: "/targets" }, {}],
      });
      await expect(create({ strategy: "hedged", targets: [{ model: west.id }] })).rejects.toMatchObject({
        problems: [{ path: "/targets" }],
      });
    });

    test("an update keeps what it does not name, and drops what belongs to another strategy", async () => {
      const { id: routeId } = await create({ strategy: "sticky", stickyBy: "key", retries: 3 });
      const update = (change: object) => updateRoute(world.admin, { ...org(), routeId, ...change });
      const ordered = await update({ strategy: "ordered" });
      expect(ordered).toMatchObject({ strategy: "ordered", stickyBy: undefined, retries: 3 });
      expect(ordered.targets.map(({ weight }) => weight)).toEqual([9, 1]);
      expect((await update({ strategy: "ordered" })).updatedAt).toBe(ordered.updatedAt);
      expect((await update({ retries: null, strategy: "hedged", hedgeAfterMs: 50 })).retries).toBeUndefined();
      await expect(update({ strategy: "single" })).rejects.toMatchObject({
        problems: [{ path: "/targets" }],
      });
      const single = await update({ strategy: "single", targets: [{ model: east.id }] });
      expect(single).toMatchObject({ hedgeAfterMs: undefined, targets: [{ model: "East/m" }] });
      expect(await lastActs(4)).toEqual(["route.update", "route.update", "route.update", "route.create"]);
    });

    test("lists by name, strategy, model and part of the name, a page at a time", async () => {
      for (const name of ["beta", "Alpha", "gamma"]) await create({ name });
      await create({ name: "only-east", strategy: "single", targets: [{ model: east.id }] });
      const names = async (filter: object) =>
        (await listRoutes(world.admin, { ...org(), sort: "name", ...filter })).data.map(({ name }) => name);
      expect(await names({})).toEqual(["Alpha", "beta", "gamma", "only-east"]);
      expect(await names({ strategy: "single" })).toEqual(["only-east"]);
      expect(await names({ modelId: west.id })).toEqual(["Alpha", "beta", "gamma"]);
      expect(await names({ query: "A" })).toEqual(["Alpha", "beta", "gamma", "only-east"]);
      expect(await names({ query: "lph" })).toEqual(["Alpha"]);
      const first = await listRoutes(world.admin, { ...org(), sort: "name", limit: 3 });
      expect(await names({ limit: 3, cursor: first.nextCursor })).toEqual(["only-east"]);
    });

    test("a default and a key may name a route, follow its name, and keep it from being removed unasked", async () => {
      const route = await create();
      await setDefaultModel(world.admin, { ...org(), model: "SMART" });
      await createKey(world.admin, { ...org(), name: "ci", allowedModels: ["smart", "else"] });
      const ref = { ...org(), routeId: route.id };
      await updateRoute(world.admin, { ...ref, name: "clever" });
      expect((await getSettings(world.admin, org())).defaultChatModel).toBe("clever");
      const { bindings } = await routeImpact(world.admin, ref);
      expect(bindings.map(({ kind, name, movesTo }) => [kind, name, movesTo])).toEqual([
        ["default_model", "acme", undefined],
        ["key", "ci", undefined],
      ]);
      await expect(removeRoute(world.admin, ref)).rejects.toThrow(/the key `ci` \(`clever`\)/);
      await removeRoute(world.admin, { ...ref, mode: { rebind: west.id } });
      expect((await getSettings(world.admin, org())).defaultChatModel).toBe("West/m");
      expect((await listKeys(world.admin, org())).data[0]?.allowedModels).toEqual(["West/m", "else"]);
      expect((await listRoutes(world.admin, org())).data).toEqual([]);
      expect((await lastActs(3)).toSorted()).toEqual(["key.rebind", "org.rebind", "route.delete"]);
    });

    test("a default takes only a route of its own kind", async () => {
      const vectors = await served("Vectors", { wireId: "e", kind: "embedding" });
      await create({ name: "embed", strategy: "single", targets: [{ model: vectors.id }] });
      await create();
      await expect(setDefaultModel(world.admin, { ...org(), model: "embed" })).rejects.toMatchObject({
        problems: [{ path: "/default_model" }],
      });
      await expect(
        updateSettings(world.admin, { ...org(), defaultEmbeddingModel: "smart" }),
      ).rejects.toMatchObject({ problems: [{ path: "/default_embedding_model" }] });
      await updateSettings(world.admin, { ...org(), defaultEmbeddingModel: "embed" });
      expect((await getSettings(world.admin, org())).defaultEmbeddingModel).toBe("embed");
    });

    test("a model that a route uses is not removed unasked; a rebind moves the target with its weight", async () => {
      const route = await create({ strategy: "ordered" });
      const { bindings } = await modelImpact(world.admin, { ...org(), modelId: west.id });
      expect(bindings).toMatchObject([{ kind: "route", id: route.id, model: "West/m", movesTo: "East/m" }]);
      await expect(removeModel(world.admin, { ...org(), modelId: west.id })).rejects.toThrow(
        /the route `smart`/,
      );
      const third = await served("Third", { wireId: "m3" });
      const move = { ...org(), from: west.id, to: third.id };
      const [planned] = await rebindModel(world.admin, { ...move, dryRun: true });
      expect(planned).toMatchObject({ kind: "route", name: "smart", before: "West/m", after: "Third/m3" });
      await rebindModel(world.admin, { ...move, dryRun: false });
      const moved = await getRoute(world.admin, { ...org(), routeId: route.id });
      expect(moved.targets.map(({ model, weight }) => [model, weight])).toEqual([
        ["Third/m3", 9],
        ["East/m", 1],
      ]);
      expect(moved.updatedAt).toBeGreaterThan(route.updatedAt);
      expect(await lastActs(1)).toEqual(["route.rebind"]);
      await removeProvider(world.admin, {
        ...{ ...org(), providerId: third.providerId, mode: { rebind: east.id } },
      });
      const left = await getRoute(world.admin, { ...org(), routeId: route.id });
      expect(left.targets.map(({ model, weight }) => [model, weight])).toEqual([
        ["East/m", 9],
        ["East/m", 1],
      ]);
    });

    test("by force a target stays and is passed over until its model is back", async () => {
      const route = await create();
      const ref = { ...org(), routeId: route.id };
      const force = { mode: { force: true } };
      await updateModel(world.admin, { ...org(), modelId: west.id, enabled: false, ...force });
      await removeModel(world.admin, { ...org(), modelId: east.id, ...force });
      expect((await getRoute(world.admin, ref)).targets).toMatchObject([
        { model: "West/m", state: "disabled" },
        { modelId: east.id, model: undefined, state: "gone" },
      ]);
      // What the admin was shown can be sent back.
      const targets = [{ model: west.id }, { model: east.id }];
      expect((await updateRoute(world.admin, { ...ref, targets })).targets.length).toBe(2);
      await updateModel(world.admin, { ...org(), modelId: west.id, enabled: true });
      expect((await getRoute(world.admin, ref)).targets[0]?.state).toBe("served");
    });

    test("a model for vectors takes no chat model's place when that goes", async () => {
      await create();
      const vectors = await served("Vectors", { wireId: "e", kind: "embedding" });
      const gone = { ...org(), modelId: west.id, mode: { rebind: vectors.id } };
      await expect(removeModel(world.admin, gone)).rejects.toMatchObject({
        problems: [{ path: "?rebind", message: expect.stringContaining("in the route `smart`") }],
      });
    });

    test("renaming a provider leaves the routes to its models as they are", async () => {
      const route = await create();
      await updateProvider(world.admin, { ...org(), providerId: west.providerId, name: "Far" });
      const after = await getRoute(world.admin, { ...org(), routeId: route.id });
      expect([after.targets[0]?.model, after.updatedAt]).toEqual(["Far/m", route.updatedAt]);
    });

    test("the snapshot has the routes, and of a change only what changed is made anew", async () => {
      const builder = new SnapshotBuilder(world.system);
      const one = await create({ strategy: "hedged", hedgeAfterMs: 70 });
      const two = await create({ name: "two" });
      const before = (await builder.build()).orgs[0]?.routes ?? [];
      expect(before[0]).toEqual({
        ...{ id: one.id, name: "smart", strategy: "hedged", hedgeAfterMs: 70 },
        targets: [
          { modelId: west.id, weight: 9 },
          { modelId: east.id, weight: 1 },
        ],
      });
      await updateRoute(world.admin, { ...org(), routeId: two.id, retries: 0 });
      const after = (await builder.build()).orgs[0]?.routes ?? [];
      expect(after[0]).toBe(before[0] ?? expect.unreachable());
      expect(after[1]).toMatchObject({ retries: 0, targets: [{}, {}] });
      await removeRoute(world.admin, { ...org(), routeId: one.id });
      expect((await builder.build()).orgs[0]?.routes?.map(({ name }) => name)).toEqual(["two"]);
      expect((await buildSnapshot(world.system)).orgs[0]?.routes?.length).toBe(1);
    });

    test("a provider's quota group is set, shown, served and cleared", async () => {
      const ref = { ...org(), providerId: west.providerId };
      await updateProvider(world.admin, { ...ref, quotaGroup: "acme-tier-1" });
      expect((await getProvider(world.admin, ref)).quotaGroup).toBe("acme-tier-1");
      const groups = async () =>
        (await buildSnapshot(world.system)).orgs[0]?.providers.map(({ quotaGroup }) => quotaGroup);
      expect(await groups()).toEqual(["acme-tier-1", undefined]);
      await updateProvider(world.admin, { ...ref, quotaGroup: null });
      expect(await groups()).toEqual([undefined, undefined]);
    });
  });
}
