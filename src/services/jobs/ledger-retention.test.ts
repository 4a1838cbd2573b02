import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { usageRecord } from "../../../testkit/usage-record.ts";
import { listUsage } from "../usage/list-usage.ts";
import { startLedgerRetention } from "./ledger-retention.ts";

const day = 86_400_000;

for (const engine of engines) {
  describe(`the ledger's retention on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    async function fill(orgId: string, { old, fresh }: { old: number; fresh: number }): Promise<void> {
      const now = world.clock.now;
      await world.storage.ledger.insert([
        ...Array.from({ length: old }, (_, at) =>
          usageRecord({ orgId, requestId: `req_${orgId}_old_${at}`, startedAt: now - 31 * day - at }),
        ),
        ...Array.from({ length: fresh }, (_, at) =>
          usageRecord({ orgId, requestId: `req_${orgId}_new_${at}`, startedAt: now - 29 * day + at }),
        ),
      ]);
    }
    const left = async () =>
      (
        await world.place.query(
          "select org_id, count(*) as n from usage_records group by org_id order by org_id",
        )
      ).map(({ org_id, n }) => [org_id, Number(n)]);

    test("old records go, of every org, in slices; younger ones and the sums stay", async () => {
      await fill(world.orgId, { old: 450, fresh: 20 });
      await fill("org_gone", { old: 3, fresh: 0 });
      await fill("org_z", { old: 200, fresh: 1 });
      const sums = () => listUsage(world.admin, { orgId: world.orgId, from: 0, groupBy: ["day", "model"] });
      const before = await sums();
      const retention = startLedgerRetention(world.system, 30);
      expect(await retention.pass()).toBe(653);
      expect(await left()).toEqual(
        [
          [world.orgId, 20],
          ["org_z", 1],
        ].sort(),
      );
      expect(await sums()).toEqual(before);
      expect(await retention.pass()).toBe(0);
      await retention.close();
    });

    test("a removal that is under way when the server stops ends after its slice", async () => {
      await fill(world.orgId, { old: 450, fresh: 0 });
      const retention = startLedgerRetention(world.system, 30);
      const passing = retention.pass();
      await retention.close();
      expect(await passing).toBe(200);
      expect(await left()).toEqual([[world.orgId, 250]]);
    });
  });
}
