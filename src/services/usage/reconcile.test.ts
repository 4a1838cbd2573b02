import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { usageRecord } from "../../../testkit/usage-record.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import { type SpentQuery, spentSince } from "../ledger/spent-since.ts";
import { createLedgerWriter } from "../ledger/writer.ts";
import { rebuildUsage } from "./rebuild-rollups.ts";
import { reconcile } from "./reconcile.ts";

const day = 86_400_000;
const start = 20_000 * day;

for (const engine of engines) {
  describe(`the ledger held against others and itself on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    let made = 0;
    const record = (change: Partial<UsageRecord> & { readonly reported?: number } = {}) => {
      const { reported, ...rest } = change;
      const { reportedCostUsd: _none, ...usage } = usageRecord().usage;
      return usageRecord({
        ...{ orgId: world.orgId, requestId: `req_${made++}`, startedAt: start + 5 },
        usage: { ...usage, ...(reported !== undefined && { reportedCostUsd: reported }) },
        ...rest,
      });
    };

    test("what vendors say stands beside what prices say, of requests that have both", async () => {
      await world.storage.ledger.insert([
        record({ reported: 3, computedCostUsd: 2, costUsd: 3, costSource: "reported" }),
        record({ reported: 1, computedCostUsd: 2, costUsd: 1, costSource: "reported" }),
        record({ reported: 4, costUsd: 4, costSource: "reported" }),
        record({ computedCostUsd: 8, costUsd: 8 }),
        record({ costUsd: undefined, costSource: "none" }),
        record({ computedCostUsd: 1, costUsd: 1, usageEstimated: true }),
        record({ startedAt: start + day, wireModel: "n", reported: 0.5, computedCostUsd: 1, costUsd: 0.5 }),
        record({ orgId: "org_other", reported: 9, computedCostUsd: 1 }),
      ]);
      const { data } = await reconcile(world.admin, { orgId: world.orgId, from: start });
      expect(data.map(({ group, ...row }) => [group.start, group.by.model, row])).toEqual([
        [start, "m", { compared: 2, reportedUsd: 4, computedUsd: 4, differenceUsd: 0, ratio: 0 }],
        [
          start + day,
          "n",
          { compared: 1, reportedUsd: 0.5, computedUsd: 1, differenceUsd: -0.5, ratio: -0.5 },
        ],
      ]);
      expect(data[0]?.group.sums).toMatchObject({ requests: 6, unpricedRequests: 1, estimatedRequests: 1 });
    });

    test("a rebuild is an admin's act that stands in the audit log, and says what was wrong", async () => {
      await world.storage.ledger.insert([record(), record()]);
      await world.place.sql("update usage_rollups set input_tokens = 7");
      const input = { orgId: world.orgId, from: start + 1, to: start + 2 };
      expect(await rebuildUsage(world.admin, input)).toEqual({ hours: 1, corrected: 1, kept: 0 });
      expect(await rebuildUsage(world.admin, input)).toEqual({ hours: 1, corrected: 0, kept: 0 });
      const acts = await world.place.query(
        "select after from audit_events where action = 'usage.rebuild' order by seq",
      );
      expect(JSON.parse(String(acts[0]?.after))).toMatchObject({ hours: 1, corrected: 1, from: start });
      const viewer = { ...world.admin, actor: { ...world.admin.actor, scopes: ["read"] } as never };
      await expect(rebuildUsage(viewer, input)).rejects.toThrow("lacks the scope `admin`");
    });

    test("what was spent includes what waits for the database, and never what is another's or before", async () => {
      const store = {
        down: false,
        insert: async (records: readonly UsageRecord[]) => {
          if (store.down) throw new PenstockError("storage_unavailable");
          await world.storage.ledger.insert(records);
        },
      };
      const ledger = createLedgerWriter({ store, log: () => {}, intervalMs: 60_000 });
      const agent = { agent: "bot", agentRole: "planner" };
      ledger.add(record({ costUsd: 1, keyId: "key_a", ...agent }));
      ledger.add(record({ costUsd: 2, keyId: "key_b", costSource: "reported" }));
      ledger.add(record({ costUsd: 64, startedAt: start - 1 }));
      ledger.add(record({ costUsd: 32, orgId: "org_other" }));
      await ledger.flush();
      store.down = true;
      ledger.add(record({ costUsd: 4, keyId: "key_a", ...agent, providerId: "prov_2" }));
      ledger.add(record({ costUsd: undefined, keyId: "key_a" }));
      const parts = { store: world.storage.ledger, ledger, recovered: Promise.resolve() };
      const spent = async (by: SpentQuery["by"]) =>
        Object.fromEntries(await spentSince(parts, { orgId: world.orgId, by, from: start + 60_000 }));
      expect(await spent("org")).toEqual({ [world.orgId]: 7 });
      expect(await spent("key")).toEqual({ key_a: 5, key_b: 2 });
      expect(await spent("provider")).toEqual({ prov_1: 3, prov_2: 4 });
      expect(await spent("agent")).toEqual({ bot: 5 });
      expect(await spent("agent_role")).toEqual({ "bot\0planner": 5 });
      store.down = false;
      await ledger.close();
    });
  });
}
