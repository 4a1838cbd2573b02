import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { listAudit } from "../audit/list.ts";
import { createProvider } from "../providers/create.ts";
import { getProvider } from "../providers/get.ts";
import { disableProvider, enableProvider } from "../providers/set-enabled.ts";
import { updateProvider } from "../providers/update.ts";
import type { ServiceContext } from "../service-context.ts";
import { createProviderJobs, type ProviderJobs, startProviderJobs } from "./provider-jobs.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const unreachable = { status: "unreachable", reason: "no connection" } as const;

for (const engine of engines) {
  describe(`provider jobs on ${engine}`, () => {
    let world: ServiceWorld;
    let timed: ServiceContext;
    let jobs: ProviderJobs;
    beforeEach(async () => {
      world = await createWorld(engine);
      // 0.5: neither sooner nor later.
      timed = {
        ...world.system,
        timing: { probeMs: minute, discoveryMs: 24 * hour, random: () => 0.5 },
      };
      jobs = createProviderJobs(timed);
    }, 60_000);
    afterEach(async () => {
      await jobs.close();
      await world.close();
    });

    const add = (more: object = {}) =>
      createProvider(
        { ...world.admin, ...(timed.timing && { timing: timed.timing }) },
        { orgId: world.orgId, name: "main", driver: "fake", credentials: { api_key: "sk-one" }, ...more },
      );
    const show = (providerId: string) => getProvider(timed, { orgId: world.orgId, providerId });
    const version = () => world.storage.reads.instance.version();
    /** Lets time go by and does what is due then. */
    async function after(ms: number, own: ProviderJobs = jobs): Promise<void> {
      world.clock.now += ms;
      await own.pass();
      await own.idle();
    }

    test("a provider is probed every minute, and that changes no version of the configuration", async () => {
      const { id } = await add({ discover: false });
      const before = await version();
      world.vendor.probes.length = 0;
      await after(50 * second);
      expect(world.vendor.probes.length).toBe(0);
      for (let round = 1; round <= 3; round++) {
        await after(61 * second);
        expect(world.vendor.probes.length).toBe(round);
      }
      expect(await version()).toBe(before);
      const shown = await show(id);
      expect(shown).toMatchObject({ status: "available", failures: 0 });
      expect(world.clock.now - (shown.checkedAt ?? 0)).toBeLessThan(second);
    });

    test("a vendor that goes away is believed at the second look, within two periods, and back at the next", async () => {
      const { id, statusSince } = await add({ discover: false });
      const before = await version();
      world.vendor.probe = unreachable;
      await after(61 * second);
      expect(await show(id)).toMatchObject({ status: "available", failures: 1, statusSince });
      expect(await version()).toBe(before);
      await after(6 * second);
      expect(await show(id)).toMatchObject({
        status: "unavailable",
        reason: "unreachable",
        failures: 2,
        lastError: "The vendor could not be reached: no connection.",
      });
      expect(await version()).toBe(before + 1);
      expect(world.logged.at(-1)).toMatchObject({
        event: "provider_status",
        fields: { provider: "main", from: "available", to: "unavailable", reason: "unreachable" },
      });
      world.vendor.probe = { status: "valid", models: 1 };
      await after(61 * second);
      const back = await show(id);
      expect(back).toMatchObject({ status: "available", failures: 0, message: undefined });
      expect(back.statusSince).toBeGreaterThan(statusSince ?? 0);
      // What went wrong last stays to be read.
      expect(back.lastError).toContain("no connection");
    });

    test("a refused credential is believed at once", async () => {
      const { id } = await add({ discover: false });
      world.vendor.probe = { status: "rejected", reason: "the key was revoked" };
      await after(61 * second);
      expect(await show(id)).toMatchObject({ status: "unavailable", reason: "credential_rejected" });
    });

    test("who keeps failing is asked ever less often, but every quarter of an hour at least", async () => {
      const { id } = await add({ discover: false });
      world.vendor.probe = unreachable;
      const waits: number[] = [];
      for (let round = 0; round < 9; round++) {
        const { nextProbeAt = 0 } = await show(id);
        waits.push(Math.round((nextProbeAt - world.clock.now) / second));
        await after(nextProbeAt - world.clock.now + 10);
      }
      expect(waits).toEqual([60, 5, 60, 120, 240, 480, 900, 900, 900]);
    });

    test("a provider saved untried is tried in the background, and then asked for its models", async () => {
      world.vendor.models = [{ id: "m1" }, { id: "m2" }];
      const { id } = await add({ validate: false });
      expect(await show(id)).toMatchObject({ status: "pending", models: { total: 0 } });
      await after(61 * second);
      await after(second);
      expect(await show(id)).toMatchObject({ status: "available", models: { total: 2, enabled: 2 } });
    });

    test("models are asked for every day; only what changes is told the audit log", async () => {
      world.vendor.models = [{ id: "m1" }];
      const { id } = await add();
      world.vendor.discoveries.length = 0;
      const acts = async () =>
        (await listAudit(world.admin, { orgId: world.orgId })).data.filter(
          ({ action, actorKind }) => action === "provider.discover" && actorKind === "system",
        ).length;
      await after(23 * hour);
      expect(world.vendor.discoveries.length).toBe(0);
      const before = await version();
      await after(2 * hour);
      expect([world.vendor.discoveries.length, await acts(), await version()]).toEqual([1, 0, before]);
      world.vendor.models = [{ id: "m1" }, { id: "m2" }];
      await after(25 * hour);
      expect([world.vendor.discoveries.length, await acts()]).toEqual([2, 1]);
      expect((await show(id)).models).toEqual({ total: 2, enabled: 1, stale: 0, new: 1 });
    });

    test("a discovery that fails is tried again within minutes, and has the provider probed", async () => {
      const { id } = await add();
      world.vendor.models = () => Promise.reject(new TypeError("cut"));
      world.vendor.probes.length = 0;
      await after(25 * hour);
      expect((await show(id)).lastError).toContain("Discovery failed");
      const asked = world.vendor.discoveries.length;
      world.vendor.models = [];
      await after(6 * minute);
      expect(world.vendor.discoveries.length).toBe(asked + 1);
      expect((await show(id)).lastError).toBeUndefined();
    });

    test("nobody asks for the models of a provider that was saved without", async () => {
      await add({ discover: false });
      await after(100 * hour);
      expect(world.vendor.discoveries.length).toBe(0);
    });

    test("a disabled provider is left alone; enabled again, it is probed at once", async () => {
      const { id } = await add({ discover: false });
      const ref = { orgId: world.orgId, providerId: id };
      await disableProvider(world.admin, ref);
      world.vendor.probes.length = 0;
      await after(10 * minute);
      expect(world.vendor.probes.length).toBe(0);
      expect((await show(id)).nextProbeAt).toBeUndefined();
      expect((await enableProvider(world.admin, ref)).enabled).toBe(true);
      await after(0);
      expect(world.vendor.probes.length).toBe(1);
    });

    test("of many replicas one probes each provider", async () => {
      for (let number = 0; number < 6; number++) await add({ name: `p${number}`, discover: false });
      const replicas = Array.from({ length: 4 }, () => createProviderJobs(timed));
      world.vendor.probes.length = 0;
      world.clock.now += 2 * minute;
      await Promise.all(replicas.map((each) => each.pass()));
      await Promise.all(replicas.map((each) => each.idle()));
      expect(world.vendor.probes.length).toBe(6);
    });

    test("what a replica took and did not finish, another takes over when the lease is over", async () => {
      const { id } = await add({ discover: false });
      world.vendor.probe = () => new Promise(() => {});
      world.clock.now += 61 * second;
      await jobs.pass();
      await jobs.close();
      world.vendor.probe = { status: "valid", models: 1 };
      const other = createProviderJobs(timed);
      world.vendor.probes.length = 0;
      await after(10 * second, other);
      expect(world.vendor.probes.length).toBe(0);
      await after(25 * second, other);
      expect(world.vendor.probes.length).toBe(1);
      expect(await show(id)).toMatchObject({ status: "available", failures: 0 });
    });

    test("closing ends a probe that hangs, and nothing of it is recorded", async () => {
      const { id } = await add({ discover: false });
      const before = await show(id);
      world.vendor.probe = () => new Promise(() => {});
      world.clock.now += 61 * second;
      await jobs.pass();
      const began = performance.now();
      await jobs.close();
      expect(performance.now() - began).toBeLessThan(second);
      expect(await show(id)).toMatchObject({
        checkedAt: before.checkedAt,
        failures: 0,
        lastError: undefined,
      });
    });

    test("an answer about a credential that was replaced meanwhile is not recorded", async () => {
      const { id } = await add({ discover: false });
      let answer: (result: { status: "rejected"; reason: string }) => void = () => {};
      world.vendor.probe = () => new Promise((resolve) => (answer = resolve));
      world.clock.now += 61 * second;
      await jobs.pass();
      const late = answer;
      world.vendor.probe = { status: "valid", models: 1 };
      await updateProvider(world.admin, {
        orgId: world.orgId,
        providerId: id,
        credentials: { api_key: "sk-two" },
      });
      late({ status: "rejected", reason: "revoked" });
      await jobs.idle();
      expect(await show(id)).toMatchObject({ status: "available", failures: 0 });
    });

    test("at most eight vendors are asked at a time", async () => {
      for (let number = 0; number < 10; number++) await add({ name: `p${number}`, discover: false });
      const gate = Promise.withResolvers<void>();
      world.vendor.probe = async () => {
        await gate.promise;
        return { status: "valid", models: 1 };
      };
      world.vendor.probes.length = 0;
      world.clock.now += 2 * minute;
      for (let pass = 0; pass < 4; pass++) await jobs.pass();
      while (world.vendor.probes.length < 8) await Bun.sleep(1);
      await Bun.sleep(20);
      expect(world.vendor.probes.length).toBe(8);
      gate.resolve();
      await jobs.idle();
      await after(0);
      expect(world.vendor.probes.length).toBe(10);
    });

    test("the loop finds what is due by itself and stops when it is closed", async () => {
      await add({ discover: false });
      world.vendor.probes.length = 0;
      const loop = startProviderJobs({
        ...timed,
        timing: { probeMs: 80, discoveryMs: 0, random: () => 0.5 },
      });
      world.clock.now += 2 * minute;
      for (let tries = 0; tries < 100 && world.vendor.probes.length === 0; tries++) await Bun.sleep(10);
      expect(world.vendor.probes.length).toBe(1);
      await loop.close();
      world.clock.now += 2 * minute;
      await Bun.sleep(100);
      expect(world.vendor.probes.length).toBe(1);
    });
  });
}
