import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { usageRecord } from "../../../testkit/usage-record.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import type { UsageDimension } from "../../storage/ledger/usage-query.ts";
import { createOrg } from "../orgs/create.ts";
import { withActor } from "../service-context.ts";
import { exportRequests, listRequests } from "./list-requests.ts";
import { type ListUsageInput, listUsage, type UsageSort, usageSorts } from "./list-usage.ts";
import type { UsageGroup } from "./usage-group.ts";

const hour = 3_600_000;
const start = Date.UTC(2030, 0, 30, 22);
const models = ["m", "n", "=cmd|' /C calc'!A0", undefined];
const outcomes = ["completed", "failed", "client_disconnected"] as const;

/** Three days of requests across the end of a month, deterministic. */
function records(orgId: string): UsageRecord[] {
  return Array.from({ length: 600 }, (_, at) =>
    usageRecord({
      orgId,
      requestId: `req_${orgId}_${String(at).padStart(4, "0")}`,
      keyId: `key_${at % 3}`,
      providerId: at % 7 === 6 ? undefined : `prov_${at % 2}`,
      providerName: at % 7 === 6 ? undefined : `p${at % 2}`,
      wireModel: at % 7 === 6 ? undefined : models[at % 3],
      outcome: outcomes[at % 11 === 0 ? 1 : at % 13 === 0 ? 2 : 0] ?? "completed",
      status: at % 11 === 0 ? 500 : 200,
      errorCode: at % 11 === 0 ? "upstream_error" : undefined,
      costUsd: at % 5 === 0 ? undefined : at / 1024,
      costSource: at % 5 === 0 ? "none" : ((["reported", "computed", "listed"] as const)[at % 3] ?? "none"),
      usageEstimated: at % 4 === 0,
      startedAt: start + at * 7 * 60_000,
    }),
  );
}

const timeOf: Readonly<Record<string, (at: number) => number>> = {
  hour: (at) => at - (at % hour),
  day: (at) => at - (at % (24 * hour)),
  month: (at) => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth()),
};
const cellOf: Readonly<Record<string, (record: UsageRecord) => string>> = {
  provider: (record) => record.providerId ?? "",
  model: (record) => record.wireModel ?? "",
  key: (record) => record.keyId,
  surface: (record) => record.surface,
  outcome: (record) => record.outcome,
};

/** What a group is called, whoever made it. */
function nameOf(group: UsageGroup): string {
  return JSON.stringify([group.start, Object.entries(group.by).sort()]);
}

function expectedGroups(all: readonly UsageRecord[], groupBy: readonly UsageDimension[]) {
  const groups = new Map<string, { requests: number; cost: number; input: number }>();
  for (const record of all) {
    const time = groupBy.find((dimension) => dimension in timeOf);
    const by = groupBy.flatMap((each) => (each in timeOf ? [] : [[each, cellOf[each]?.(record)] as const]));
    const name = JSON.stringify([time && timeOf[time]?.(record.startedAt), by.sort()]);
    const group = groups.get(name) ?? { requests: 0, cost: 0, input: 0 };
    group.requests++;
    group.cost += record.costUsd ?? 0;
    group.input += record.usage.input;
    groups.set(name, group);
  }
  return groups;
}

for (const engine of engines) {
  describe(`usage on ${engine}`, () => {
    let world: ServiceWorld;
    let all: UsageRecord[];
    let other: string;
    beforeAll(async () => {
      world = await createWorld(engine);
      ({ id: other } = await createOrg(world.system, { name: "other" }));
      all = records(world.orgId);
      await world.storage.ledger.insert(all);
      await world.storage.ledger.insert([...records(other), ...all]);
    }, 60_000);
    afterAll(() => world.close());

    const input = (rest: Partial<ListUsageInput>) => ({ orgId: world.orgId, from: start, ...rest });

    async function everyPage(asked: Partial<ListUsageInput>): Promise<UsageGroup[]> {
      const groups: UsageGroup[] = [];
      let cursor: string | undefined;
      do {
        const page = await listUsage(world.admin, input({ ...asked, cursor }));
        groups.push(...page.data);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return groups;
    }

    test("any dimensions, in any order, page by page, are the sums over the requests", async () => {
      const time = fc.constantFrom<readonly UsageDimension[]>([], ["hour"], ["day"], ["month"]);
      const rest = fc.uniqueArray(
        fc.constantFrom<UsageDimension>("provider", "model", "key", "surface", "outcome"),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.tuple(time, rest).chain(([a, b]) => fc.shuffledSubarray([...a, ...b], { minLength: 0 })),
          fc.constantFrom<UsageSort>(...usageSorts),
          fc.integer({ min: 1, max: 40 }),
          async (groupBy, sort, limit) => {
            const groups = await everyPage({ groupBy, sort, limit: Math.max(limit, groupBy.length * 8) });
            const told = new Map(groups.map((group) => [nameOf(group), group]));
            expect(told.size).toBe(groups.length);
            const expected = expectedGroups(all, groupBy);
            expect([...told.keys()].sort()).toEqual([...expected.keys()].sort());
            for (const [name, { requests, cost, input: tokens }] of expected) {
              const group = told.get(name);
              expect(group?.sums).toMatchObject({ requests, input: tokens });
              expect(group?.costUsd).toBeCloseTo(cost, 9);
            }
            const by = sort.replace("-", "");
            const values = groups.map((group) =>
              by === "requests" ? group.sums.requests : Math.round(group.costUsd * 1e6),
            );
            const ordered = values.toSorted((a, b) => (sort.startsWith("-") ? b - a : a - b));
            if (by !== "group") expect(values).toEqual(ordered);
          },
        ),
        { numRuns: 40 },
      );
    }, 120_000);

    test("times are the UTC hours, days and months, and an interval is taken by whole hours", async () => {
      const months = await everyPage({ interval: "month" });
      expect(months.map(({ start: at }) => at)).toEqual([Date.UTC(2030, 0), Date.UTC(2030, 1)]);
      const page = await listUsage(
        world.admin,
        input({ from: start + 61 * 60_000, to: start + 119 * 60_000 }),
      );
      expect([page.from, page.to]).toEqual([start + hour, start + 2 * hour]);
      const within = all.filter(({ startedAt: at }) => at >= start + hour && at < start + 2 * hour);
      expect(page.data[0]?.sums.requests).toBe(within.length);
    });

    test("filters by ids and names; what is gone has its last name", async () => {
      const byName = await listUsage(
        world.admin,
        input({ groupBy: ["provider"], filter: { provider: "p1" } }),
      );
      expect(byName.data.map(({ by, sums }) => [by.provider, sums.providerName])).toEqual([["prov_1", "p1"]]);
      const failed = await listUsage(world.admin, input({ filter: { outcome: "failed", key: "key_0" } }));
      const expected = all.filter(({ outcome, keyId }) => outcome === "failed" && keyId === "key_0").length;
      expect(failed.data[0]?.sums).toMatchObject({ requests: expected, failed: expected, completed: 0 });
    });

    test("costs are told by how they are known, and what has no price is counted", async () => {
      const [group] = (await listUsage(world.admin, input({}))).data;
      const sum = (fits: (record: UsageRecord) => boolean) =>
        all.reduce((total, record) => total + (fits(record) ? (record.costUsd ?? 0) : 0), 0);
      expect(group?.sums.costReportedUsd).toBeCloseTo(sum(({ costSource }) => costSource === "reported"));
      expect(group?.sums.costComputedUsd).toBeCloseTo(
        sum(({ costSource, usageEstimated }) => costSource === "computed" && !usageEstimated),
      );
      expect(group?.sums.costEstimatedUsd).toBeCloseTo(
        sum(({ costSource, usageEstimated }) => costSource !== "reported" && usageEstimated),
      );
      expect(group?.sums.unpricedRequests).toBe(all.filter(({ costUsd }) => costUsd === undefined).length);
    });

    test("an org without requests has used nothing; another's are not seen, nor by those who may not", async () => {
      const { id: empty } = await createOrg(world.system, { name: "empty" });
      const [none] = (await listUsage(world.system, { orgId: empty })).data;
      expect([none?.sums.requests, none?.costUsd, none?.totalMs]).toEqual([0, 0, undefined]);
      await expect(listUsage(world.admin, { orgId: other })).rejects.toMatchObject({ code: "not_found" });
      await expect(listRequests(world.admin, { orgId: other })).rejects.toMatchObject({ code: "not_found" });
      const gateway = withActor(world.system, {
        ...{ kind: "key", id: "key_g", name: "g", orgId: world.orgId, scopes: ["gateway"] },
      });
      await expect(listUsage(gateway, { orgId: world.orgId })).rejects.toMatchObject({ code: "key_scope" });
      await expect(listRequests(gateway, { orgId: world.orgId })).rejects.toMatchObject({
        code: "key_scope",
      });
    });

    test("cursors of others, damaged ones and contradictions are refused with what is wrong", async () => {
      const { nextCursor } = await listUsage(world.admin, input({ groupBy: ["hour", "model"], limit: 1 }));
      const damaged = Buffer.from(JSON.stringify(["usage by hour", "group", null, '["a"]'])).toString(
        "base64url",
      );
      for (const [asked, path] of [
        [{ groupBy: ["model"], cursor: nextCursor }, "?cursor"],
        [{ groupBy: ["hour"], cursor: damaged }, "?cursor"],
        [{ groupBy: ["hour"], interval: "day" }, "?group_by"],
        [{ to: start }, "?to"],
      ] satisfies [Partial<ListUsageInput>, string][]) {
        await expect(listUsage(world.admin, input(asked))).rejects.toMatchObject({
          ...{ code: "unprocessable", problems: [{ path }] },
        });
      }
    });

    test("requests come newest first, each once, by any filter", async () => {
      const filters = [
        [{}, () => true],
        [{ key: "key_1", status: 500 }, (r: UsageRecord) => r.keyId === "key_1" && r.status === 500],
        [{ provider: "p0", model: "m" }, (r: UsageRecord) => r.providerName === "p0" && r.wireModel === "m"],
        [
          { errorCode: "upstream_error", minCost: 0.3 },
          (r: UsageRecord) => r.errorCode !== undefined && (r.costUsd ?? 0) >= 0.3,
        ],
        [{ outcome: "client_disconnected" }, (r: UsageRecord) => r.outcome === "client_disconnected"],
        [{ model: "none" }, () => false],
      ] as const;
      for (const [filter, fits] of filters) {
        const expected = all
          .filter(fits)
          .map(({ requestId }) => requestId)
          .reverse();
        const paged: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await listRequests(world.admin, { orgId: world.orgId, filter, limit: 7, cursor });
          paged.push(...page.data.map(({ requestId }) => requestId));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(paged).toEqual(expected);
        const exported: string[] = [];
        for await (const piece of exportRequests(world.admin, { orgId: world.orgId, filter })) {
          exported.push(...piece.map(({ requestId }) => requestId));
        }
        expect(exported).toEqual(expected);
      }
      const day = { orgId: world.orgId, from: start + 24 * hour, to: start + 48 * hour, limit: 1000 };
      const inDay = all.filter(({ startedAt: at }) => at >= day.from && at < day.to).length;
      expect((await listRequests(world.admin, day)).data.length).toBe(inDay);
    });
  });
}
