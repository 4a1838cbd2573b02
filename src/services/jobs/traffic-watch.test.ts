import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { usageRecord } from "../../../testkit/usage-record.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import { createProvider } from "../providers/create.ts";
import { getProvider } from "../providers/get.ts";
import { updateProvider } from "../providers/update.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { TrafficWatch } from "./traffic-watch.ts";

const second = 1_000;
const failed = (errorCode: string, status = 502) => ({ outcome: "failed", errorCode, status }) as const;
const unreachable = failed("upstream_unreachable");

for (const engine of engines) {
  describe(`calls as probes on ${engine}`, () => {
    let world: ServiceWorld;
    let watch: TrafficWatch;
    let providerId: string;
    let passedOn: UsageRecord[];
    beforeEach(async () => {
      world = await createWorld(engine);
      passedOn = [];
      watch = new TrafficWatch(world.system, { add: (record) => passedOn.push(record) });
      const input = { orgId: world.orgId, name: "main", driver: "fake", credentials: { api_key: "sk" } };
      providerId = (await createProvider(world.admin, { ...input, discover: false })).id;
      await follow();
      world.clock.now += 20 * second;
    }, 60_000);
    afterEach(async () => {
      await watch.close();
      await world.close();
    });

    const follow = async () => watch.follow(await buildSnapshot(world.system));
    const show = () => getProvider(world.system, { orgId: world.orgId, providerId });
    const version = () => world.storage.reads.instance.version();
    const call = (more: Partial<UsageRecord> = {}) =>
      watch.add(
        usageRecord({
          orgId: world.orgId,
          providerId,
          outcome: "completed",
          startedAt: world.clock.now,
          ...more,
        }),
      );
    async function after(ms: number): Promise<void> {
      world.clock.now += ms;
      await watch.flush();
    }

    test("every record goes on to the ledger", () => {
      call();
      call(unreachable);
      call({ providerId: undefined });
      expect(passedOn.length).toBe(3);
    });

    test("nothing is written once it is closed, also of what was not due yet", async () => {
      call();
      await after(0);
      const { checkedAt } = await show();
      call(unreachable);
      await watch.close();
      world.clock.now += 60 * second;
      // It would be due half a second later.
      await Bun.sleep(600);
      expect((await show()).checkedAt).toBe(checkedAt);
    });

    test("an answered call is as good as a probe: it puts the next one off, and changes no version", async () => {
      const [before, seen] = [await version(), await show()];
      call();
      await after(0);
      const shown = await show();
      expect(shown.checkedAt).toBeGreaterThan(seen.checkedAt ?? 0);
      expect(shown.nextProbeAt).toBeGreaterThan(seen.nextProbeAt ?? 0);
      expect(shown.latencyMs).toBe(seen.latencyMs);
      expect(await version()).toBe(before);
    });

    test("a busy provider is written down once in ten seconds", async () => {
      call();
      await after(0);
      const first = (await show()).checkedAt;
      for (let number = 0; number < 100; number++) call();
      await after(5 * second);
      expect((await show()).checkedAt).toBe(first);
      await after(6 * second);
      expect((await show()).checkedAt).toBeGreaterThan(first ?? 0);
    });

    test("two calls in a row that cannot reach the vendor turn it unavailable; one that is answered, back", async () => {
      const before = await version();
      call(unreachable);
      await after(0);
      expect(await show()).toMatchObject({ status: "available", failures: 1 });
      world.clock.now += second;
      call(unreachable);
      await after(0);
      expect(await show()).toMatchObject({
        status: "unavailable",
        reason: "unreachable",
        lastError: "A call could not reach the vendor.",
      });
      expect(await version()).toBe(before + 1);
      await follow();
      world.clock.now += second;
      call();
      await after(0);
      expect(await show()).toMatchObject({ status: "available", failures: 0 });
      expect(await version()).toBe(before + 2);
    });

    test("one failure between answers turns nothing", async () => {
      for (let number = 0; number < 5; number++) {
        call(unreachable);
        call();
        await after(11 * second);
      }
      expect(await show()).toMatchObject({ status: "available", failures: 0 });
    });

    test("a refused credential counts at once, a refused model not at all", async () => {
      call(failed("upstream_credential_rejected", 403));
      call(failed("upstream_rate_limited", 429));
      call(failed("upstream_timeout", 504));
      call({ outcome: "client_disconnected" });
      await after(20 * second);
      expect(await show()).toMatchObject({ status: "available", failures: 0, lastError: undefined });
      call(failed("upstream_credential_rejected", 401));
      await after(0);
      expect(await show()).toMatchObject({ status: "unavailable", reason: "credential_rejected" });
    });

    test("calls to a vendor known to be down do not put its next probe off", async () => {
      call(unreachable);
      call(unreachable);
      await after(0);
      await follow();
      const { nextProbeAt, failures } = await show();
      for (let round = 0; round < 5; round++) {
        world.clock.now += 11 * second;
        call(unreachable);
        await after(0);
      }
      expect(await show()).toMatchObject({ nextProbeAt, failures });
    });

    test("a call that began before a change tells nothing of what is now", async () => {
      const startedAt = world.clock.now;
      world.clock.now += second;
      await updateProvider(world.admin, {
        orgId: world.orgId,
        providerId,
        credentials: { api_key: "sk-two" },
      });
      call({ ...failed("upstream_credential_rejected", 401), startedAt });
      await after(20 * second);
      expect((await show()).status).toBe("available");
    });

    test("a provider that is set up wrongly is not healed by a call still under way", async () => {
      const ref = { orgId: world.orgId, providerId };
      await updateProvider(world.admin, { ...ref, credentials: { api_key: null } });
      await follow();
      world.clock.now += second;
      call();
      await after(20 * second);
      expect((await show()).status).toBe("failed");
    });

    test("a storage that is down loses nothing but this one look", async () => {
      await world.storage.close();
      call();
      await after(0);
      expect(world.logged.at(-1)?.event).toBe("traffic_not_recorded");
      expect(passedOn.length).toBe(1);
    });
  });
}
