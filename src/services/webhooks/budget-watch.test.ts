import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { Ask } from "../../limits/ask.ts";
import type { Gauge } from "../../limits/gauge.ts";
import { limitRule } from "../../limits/limit-rule.ts";
import { MemoryLimitStore } from "../../limits/memory-limit-store.ts";
import type { LimitConfig } from "../../plane/limit-config.ts";
import type { OrgConfig } from "../../plane/snapshot.ts";
import { BudgetWatch } from "./budget-watch.ts";
import { createWebhook } from "./create.ts";
import { listDeliveries } from "./list-deliveries.ts";

for (const engine of engines) {
  describe(`warnings of budgets on ${engine}`, () => {
    let world: ServiceWorld;
    let webhookId: string;
    const limit: LimitConfig = {
      id: "limit_1",
      subject: { kind: "key", id: "key_1" },
      monthUsd: 10,
      dayUsd: 4,
    };
    beforeEach(async () => {
      world = await createWorld(engine);
      const made = await createWebhook(world.admin, {
        ...{ orgId: world.orgId, name: "ops", url: "https://ops.example/hook" },
      });
      webhookId = made.webhook.id;
    }, 60_000);
    afterEach(() => world.close());

    const org = (limits: readonly LimitConfig[]): OrgConfig => ({
      ...{ id: world.orgId, name: "acme", defaultModel: undefined, providers: [], limits },
      keys: [
        {
          ...{ id: "key_1", name: "robot", digest: "", carrier: "header", scopes: ["gateway"] },
          ...{ allowedModels: undefined, strict: false, expiresAt: undefined },
        },
      ],
    });

    /** One replica: a store that tells its watch. */
    function replica(limits: readonly LimitConfig[] = [limit]) {
      const watch = new BudgetWatch(world.system);
      watch.follow({ version: 1, orgs: [org(limits)] });
      return { watch, store: new MemoryLimitStore({ observer: watch }) };
    }
    const gauge = (period: "day" | "month"): Gauge => {
      const found = limitRule(world.orgId, limit).gauges.find((each) => each.period === period);
      if (found === undefined) throw new Error("the limit has no such budget");
      return found;
    };
    let claims = 0;
    /** Spends USD at once; whether it was let through. */
    function spend({ store }: { store: MemoryLimitStore }, usd: number, period: "day" | "month" = "month") {
      const now = world.clock.now;
      const claim = { id: `c${claims++}`, now, leaseMs: 1_000 };
      const demands = [new Ask(gauge(period).countAt(now), usd * 1e6)];
      const { admitted } = store.reserve(demands, claim);
      if (admitted) store.settle(demands, claim, [usd * 1e6]);
      return admitted;
    }
    const told = async () =>
      (await listDeliveries(world.admin, { orgId: world.orgId, webhookId, sort: "created_at" })).data.map(
        ({ payload }) => JSON.parse(payload).data,
      );

    test("say 50, 80 and 100 percent, each once in a period", async () => {
      const one = replica();
      const percents = async () => {
        await one.watch.flush();
        return (await told()).map(({ threshold_percent }) => threshold_percent);
      };
      spend(one, 4.9);
      expect(await percents()).toEqual([]);
      spend(one, 0.1);
      expect(await percents()).toEqual([50]);
      spend(one, 2);
      expect(await percents()).toEqual([50]);
      spend(one, 3);
      expect(await percents()).toEqual([50, 80, 100]);
      expect(spend(one, 0.1)).toBe(false);
      expect(await percents()).toEqual([50, 80, 100]);
      expect((await told())[0]).toMatchObject({
        ...{ limit_id: "limit_1", budget_usd: 10, spent_usd: 5, org: { id: world.orgId, name: "acme" } },
        subject: { kind: "key", id: "key_1", name: "robot" },
        period: { kind: "month", name: "2027-01", ends_at: "2027-02-01T00:00:00.000Z" },
      });
      world.clock.now += 31 * 86_400_000;
      spend(one, 6);
      expect(await percents()).toEqual([50, 80, 100, 50]);
    });

    test("tell the day's budget from the month's, and nothing of limits that are gone", async () => {
      const one = replica();
      spend(one, 2, "day");
      await one.watch.flush();
      expect((await told()).map(({ period }) => period.kind)).toEqual(["day"]);
      one.watch.follow({ version: 2, orgs: [org([])] });
      spend(one, 9);
      await one.watch.flush();
      expect((await told()).length).toBe(1);
    });

    test("come once from many replicas, and not again after a restart", async () => {
      const all = [replica(), replica(), replica()];
      for (const each of all) spend(each, 6);
      await Promise.all(all.map(({ watch }) => watch.flush()));
      expect((await told()).length).toBe(1);
      const restarted = replica();
      spend(restarted, 6);
      await restarted.watch.flush();
      expect((await told()).length).toBe(1);
    });

    test("say that nothing goes any more when what is left is too little", async () => {
      const one = replica();
      spend(one, 7.9);
      expect(spend(one, 5)).toBe(false);
      await one.watch.flush();
      expect((await told()).length).toBe(1);
      spend(one, 1);
      expect(spend(one, 5)).toBe(false);
      await one.watch.flush();
      expect((await told()).map(({ threshold_percent }) => threshold_percent)).toEqual([50, 80, 100]);
    });

    test("wait for a storage that is down", async () => {
      const one = replica();
      const change = world.storage.change.bind(world.storage);
      const down = {
        ...world.system,
        storage: { ...world.storage, change: () => Promise.reject(new Error()) },
      };
      const watch = new BudgetWatch(down);
      watch.follow({ version: 1, orgs: [org([limit])] });
      const store = new MemoryLimitStore({ observer: watch });
      spend({ store }, 5);
      await watch.flush();
      expect(world.logged.at(-1)?.event).toBe("budget_warnings_delayed");
      expect(await told()).toEqual([]);
      Object.assign(down.storage, { change });
      await watch.close();
      expect((await told()).length).toBe(1);
      await one.watch.close();
    });
  });
}
