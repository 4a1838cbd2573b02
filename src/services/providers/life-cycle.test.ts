import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { IdPrefix } from "../../plane/public-id.ts";
import { listAudit } from "../audit/list.ts";
import { listModels } from "../models/list.ts";
import { updateModel } from "../models/update.ts";
import { type ServiceContext, withActor } from "../service-context.ts";
import { createProvider } from "./create.ts";
import { discoverModels } from "./discover.ts";
import { getProvider } from "./get.ts";
import { listProviders } from "./list.ts";
import { probeProvider } from "./probe.ts";
import type { CreateProviderInput } from "./provider-input.ts";
import { removeProvider } from "./remove.ts";
import { reviewModels } from "./review-models.ts";
import { disableProvider, enableProvider } from "./set-enabled.ts";
import { updateProvider } from "./update.ts";

async function refusal(work: Promise<unknown>): Promise<PenstockError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PenstockError) return error;
  throw new RangeError("it was accepted", { cause: error });
}

for (const engine of engines) {
  describe(`a provider's life on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    const add = (more: Partial<CreateProviderInput> = {}, ctx: ServiceContext = world.admin) =>
      createProvider(ctx, {
        orgId: world.orgId,
        name: "main",
        driver: "fake",
        credentials: { api_key: "sk-one" },
        ...more,
      });
    const person = () =>
      withActor(world.system, {
        kind: "user",
        id: "user_1",
        name: "ann@example.org",
        orgId: world.orgId,
        role: "admin",
        operator: false,
      });

    test("each secret says when it was set and by whom; setting another leaves it alone", async () => {
      const { id, credentials } = await add({ credentials: { api_key: "sk-one", project: "p1" } });
      expect(credentials.api_key?.setBy).toBe("admin");
      const change = { orgId: world.orgId, providerId: id, credentials: { api_key: "sk-two" } };
      const after = (await updateProvider(person(), change)).credentials;
      expect(after.api_key?.setBy).toBe("ann@example.org");
      expect(after.api_key?.setAt).toBeGreaterThan(credentials.api_key?.setAt ?? 0);
      expect(after.project).toEqual(credentials.project);
    });

    test("everything done to a provider is in the audit log, its secrets as fingerprints", async () => {
      const { id, credentials } = await add({ headers: { "X-Team": "canary-header" }, discover: false });
      const ref = { orgId: world.orgId, providerId: id };
      await updateProvider(world.admin, { ...ref, priority: 7, credentials: { api_key: "canary-two" } });
      await updateProvider(world.admin, { ...ref, priority: 7 });
      await disableProvider(world.admin, ref);
      await enableProvider(world.admin, ref);
      await probeProvider(world.admin, ref);
      await discoverModels(world.admin, ref);
      await removeProvider(world.admin, ref);
      const acts = (await listAudit(world.admin, { orgId: world.orgId })).data.filter(
        ({ targetKind }) => targetKind === "provider",
      );
      expect(acts.map(({ action }) => action.replace("provider.", "")).sort()).toEqual([
        "create",
        "delete",
        "disable",
        "discover",
        "enable",
        "probe",
        "update",
      ]);
      const update = acts.find(({ action }) => action === "provider.update");
      expect(update?.before).toMatchObject({
        priority: 100,
        secrets: { api_key: credentials.api_key?.fingerprint },
      });
      expect(Object.keys(update?.after ?? {}).sort()).toEqual(["priority", "secrets"]);
      expect(JSON.stringify(acts)).not.toMatch(/canary|sk-one/);
    });

    test("of two updates at once one wins and the other is told; nothing is mixed", async () => {
      const { id } = await add({ discover: false });
      const change = (api_key: string) =>
        updateProvider(world.admin, { orgId: world.orgId, providerId: id, credentials: { api_key } });
      const bothAsk = Promise.withResolvers<void>();
      const asked = world.vendor.probes.length;
      world.vendor.probe = async () => {
        if (world.vendor.probes.length - asked === 2) bothAsk.resolve();
        await bothAsk.promise;
        return { status: "valid", models: 3 };
      };
      const both = await Promise.allSettled([change("sk-two"), change("sk-three")]);
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const lost = both.find((each) => each.status === "rejected");
      expect(lost?.reason).toMatchObject({ code: "conflict" });
    });

    test("what fails between the probe and the end of the save leaves nothing", async () => {
      const broken = {
        ...world.admin,
        newId: (prefix: IdPrefix) => {
          if (prefix === "act") throw new PenstockError("internal");
          return world.admin.newId(prefix);
        },
      };
      expect((await refusal(add({}, broken))).code).toBe("internal");
      expect(world.vendor.probes.length).toBe(1);
      expect((await listProviders(world.admin, { orgId: world.orgId })).data).toEqual([]);
      expect(await world.storage.reads.credentials.all()).toEqual([]);
      const { data } = await listAudit(world.admin, { orgId: world.orgId });
      expect(data.filter(({ targetKind }) => targetKind === "provider")).toEqual([]);
    });

    test("a person may not move a stored secret to another host either, headers included", async () => {
      const { id } = await add({ headers: { "x-team": "t1" } });
      const move = { orgId: world.orgId, providerId: id, baseUrl: "https://elsewhere.example/v1" };
      const { problems } = await refusal(updateProvider(person(), move));
      expect(problems.map(({ path }) => path)).toEqual(["/credentials/api_key", "/headers/x-team"]);
      const anew = { credentials: { api_key: "sk-two" }, headers: { "X-Team": null } };
      expect((await updateProvider(person(), { ...move, ...anew })).headers).toEqual({});
    });

    test("headers: omitted keeps, null removes; a change of them is tried at the vendor, one of timeouts is not", async () => {
      const { id } = await add({ headers: { "X-A": "1", "x-b": "2" }, discover: false });
      const ref = { orgId: world.orgId, providerId: id };
      world.vendor.probes.length = 0;
      const changed = await updateProvider(world.admin, { ...ref, headers: { "x-b": null, "x-c": "3" } });
      expect(Object.keys(changed.headers).sort()).toEqual(["x-a", "x-c"]);
      expect(world.vendor.probes.length).toBe(1);
      const timed = await updateProvider(world.admin, { ...ref, timeouts: { idleMs: 5_000 } });
      expect(timed.timeouts).toEqual({ idleMs: 5_000 });
      const back = await updateProvider(world.admin, {
        ...ref,
        timeouts: { idleMs: null, firstByteMs: 9_000 },
      });
      expect(back.timeouts).toEqual({ firstByteMs: 9_000 });
      expect(world.vendor.probes.length).toBe(1);
    });

    test("what is discovered first is seen; later models are new until they are reviewed or enabled", async () => {
      world.vendor.models = [{ id: "m1" }, { id: "m2" }];
      await add({ name: "first" });
      const { id, models } = await add();
      expect(models).toEqual({ total: 2, enabled: 0, stale: 0, new: 0 });
      world.vendor.models = [{ id: "m1" }, { id: "m2" }, { id: "m3" }, { id: "m4" }];
      const ref = { orgId: world.orgId, providerId: id };
      await discoverModels(world.admin, ref);
      const fresh = async () =>
        (await listModels(world.admin, { ...ref, limit: 100 })).data.filter(({ isNew }) => isNew);
      expect((await fresh()).map(({ wireId }) => wireId)).toEqual(["m3", "m4"]);
      const [m3] = await fresh();
      await updateModel(world.admin, { orgId: world.orgId, modelId: m3?.id ?? "", enabled: true });
      expect((await getProvider(world.admin, ref)).models.new).toBe(1);
      expect((await reviewModels(world.admin, ref)).models.new).toBe(0);
      expect(await fresh()).toEqual([]);
    });

    test("an org with a chat model in use gets no starters; one whose accounts were added together gets them once", async () => {
      world.vendor.models = [{ id: "m1" }];
      const [one, two] = [await add({ discover: false }), await add({ name: "second", discover: false })];
      const starters = async (providerId: string) =>
        (await discoverModels(world.admin, { orgId: world.orgId, providerId })).enabled;
      expect(await starters(two.id)).toEqual(["m1"]);
      expect(await starters(one.id)).toEqual([]);
    });

    test("a new account is asked for its models at once in the background, unless nobody wanted that", async () => {
      const [wanted, unwanted] = [await add(), await add({ name: "second", discover: false })];
      for (const { id, name } of [wanted, unwanted]) {
        const ref = { orgId: world.orgId, providerId: id };
        const after = await updateProvider(world.admin, { ...ref, credentials: { api_key: "sk-new" } });
        const due = after.nextDiscoveryAt !== undefined && after.nextDiscoveryAt <= world.clock.now;
        expect([name, due]).toEqual([name, name === "main"]);
      }
    });
  });
}
