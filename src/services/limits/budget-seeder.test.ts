import { expect, test } from "bun:test";
import { Ask } from "../../limits/ask.ts";
import { limitRule } from "../../limits/limit-rule.ts";
import { MemoryLimitStore } from "../../limits/memory-limit-store.ts";
import type { LimitConfig } from "../../plane/limit-config.ts";
import type { Snapshot } from "../../plane/snapshot.ts";
import type { SpentQuery } from "../ledger/spent-since.ts";
import { createBudgetSeeder } from "./budget-seeder.ts";

const noon = Date.UTC(2026, 10, 22, 12);
const day = 86_400_000;
const subject = { kind: "agent_role", agent: "scout", role: "writer" } as const;
const limit: LimitConfig = { id: "limit_1", subject, dayUsd: 10, monthUsd: 100 };

const snapshot = (limits: readonly LimitConfig[]): Snapshot => ({
  version: 1,
  orgs: [
    {
      ...{ id: "org_1", name: "o", defaultModel: undefined, providers: [], keys: [] },
      limits,
    },
  ],
});

function start(spent: (query: SpentQuery) => Promise<ReadonlyMap<string, number>>) {
  const clock = { now: noon };
  const asked: SpentQuery[] = [];
  const store = new MemoryLimitStore();
  const seeder = createBudgetSeeder({
    store,
    log: () => {},
    now: () => clock.now,
    spentSince(query) {
      asked.push(query);
      return spent(query);
    },
  });
  const demands = () => limitRule("org_1", limit).gauges.map((gauge) => new Ask(gauge.countAt(clock.now), 0));
  const left = () => store.peek(demands(), clock.now).map(({ remaining }) => remaining / 1e6);
  return { seeder, demands, left, asked, clock };
}

const figures = async ({ from }: SpentQuery) =>
  new Map([["scout\0writer", from === Date.UTC(2026, 10, 22) ? 4 : 30]]);

test("a budget begins with what its subject spent in its own period", async () => {
  const { seeder, demands, left, asked } = start(figures);
  seeder.follow(snapshot([limit]));
  await seeder.seeded("org_1", demands());
  expect(left()).toEqual([6, 70]);
  expect(asked).toEqual([
    { orgId: "org_1", by: "agent_role", from: Date.UTC(2026, 10, 22) },
    { orgId: "org_1", by: "agent_role", from: Date.UTC(2026, 10) },
  ]);
  expect(seeder.seeded("org_1", demands())).toBeUndefined();
  seeder.close();
});

test("nobody is let in while it cannot be found out, and the next one tries again", async () => {
  let isUp = false;
  const { seeder, demands, left } = start((query) =>
    isUp ? figures(query) : Promise.reject(new Error("storage is down")),
  );
  seeder.follow(snapshot([limit]));
  await expect(seeder.seeded("org_1", demands())).rejects.toThrow("storage is down");
  isUp = true;
  await Bun.sleep(1);
  await seeder.seeded("org_1", demands());
  expect(left()).toEqual([6, 70]);
  seeder.close();
});

test("a period that begins while the server runs begins with nothing, without asking", async () => {
  const { seeder, demands, left, asked, clock } = start(figures);
  seeder.follow(snapshot([limit]));
  await seeder.seeded("org_1", demands());
  // Shortly before midnight, as the timer would.
  clock.now = noon + day / 2 - 60_000;
  await seeder.refresh();
  const before = asked.length;
  clock.now = noon + day / 2 + 1;
  expect(seeder.seeded("org_1", demands())).toBeUndefined();
  expect(asked.length).toBe(before);
  expect(left()).toEqual([10, 70]);
  seeder.close();
});
