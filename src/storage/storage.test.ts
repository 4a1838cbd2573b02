import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { testPostgres } from "../../testkit/postgres.ts";
import { createPlace, engines, type TestPlace } from "../../testkit/storage-engines.ts";
import type { OrgRecord } from "./records/org-record.ts";
import type { ProviderRecord } from "./records/provider-record.ts";
import type { Storage } from "./storage.ts";

const org: Omit<OrgRecord, "version"> = {
  id: "org_1",
  name: "Acme",
  defaultModel: undefined,
  defaultModelOrigin: undefined,
  settings: {},
  createdAt: 1_763_000_000_000,
  updatedAt: 1_763_000_000_000,
};

const provider: ProviderRecord = {
  id: "prov_1",
  orgId: org.id,
  name: "Main",
  driver: "fake",
  baseUrl: "https://vendor.example/v1",
  options: { strict: true, region: "eu", size: 3 },
  enabled: true,
  priority: 100,
  health: {
    status: "available",
    reason: undefined,
    message: undefined,
    checkedAt: 1_763_000_000_001,
    latencyMs: 12,
    lastError: undefined,
    lastErrorAt: undefined,
    statusSince: 1,
    failures: 0,
  },
  schedule: { nextProbeAt: 5, nextDiscoveryAt: undefined, discoveredAt: 3, reviewedAt: undefined },
  timeouts: { idleMs: 7 },
  origin: "file:penstock.yaml",
  createdAt: 1_763_000_000_000,
  updatedAt: 1_763_000_000_000,
};

for (const engine of engines) {
  describe(engine, () => {
    let place: TestPlace;
    let storage: Storage;

    beforeEach(async () => {
      place = await createPlace(engine);
      storage = await place.open();
      await storage.change((writes) => writes.orgs.insert(org));
    }, 60_000);
    afterEach(() => place.remove());

    test("what was written is read back with the same types, also after opening again", async () => {
      await storage.change((writes) => writes.providers.insert(provider));
      await storage.close();
      const again = await place.open();
      expect(await again.reads.providers.find({ orgId: org.id, id: provider.id })).toEqual(provider);
      expect(await again.reads.orgs.find(org.id)).toEqual({ ...org, version: 2 });
    });

    test("a provider of another org does not exist", async () => {
      await storage.change((writes) => writes.providers.insert(provider));
      expect(await storage.reads.providers.find({ orgId: "org_2", id: provider.id })).toBeUndefined();
    });

    test("names are found without case and normalized", async () => {
      await storage.change((writes) => writes.providers.insert(provider));
      expect(await storage.reads.providers.findByName({ orgId: org.id, name: "mAIN" })).toEqual(provider);
    });

    test("a change that fails leaves nothing behind and keeps the version", async () => {
      const before = await storage.reads.instance.version();
      const failing = storage.change(async (writes) => {
        await writes.providers.insert(provider);
        throw new RangeError("stop");
      });
      await expect(failing).rejects.toThrow("stop");
      expect(await storage.reads.providers.listByOrg(org.id)).toEqual([]);
      expect(await storage.reads.instance.version()).toBe(before);
    });

    test("changes run one after the other: N read-and-write changes lose nothing", async () => {
      await storage.change((writes) => writes.providers.insert({ ...provider, priority: 0 }));
      const raise = () =>
        storage.change(async (writes) => {
          const found = await writes.providers.find({ orgId: org.id, id: provider.id });
          await writes.providers.update(provider, { priority: (found?.priority ?? 0) + 1, at: 2 });
        });
      const before = await storage.reads.instance.version();
      await Promise.all(Array.from({ length: 20 }, raise));
      expect((await storage.reads.providers.find(provider))?.priority).toBe(20);
      expect(await storage.reads.instance.version()).toBe(before + 20);
    });

    test("listeners hear of every committed change, and only of those", async () => {
      const heard: number[] = [];
      storage.onChange((version) => heard.push(version));
      const before = await storage.reads.instance.version();
      await storage.change((writes) => writes.providers.insert(provider));
      await storage.change(async (writes) => void (await writes.instance.set("bootstrapped_at", "1")));
      expect(heard.at(-1)).toBe(before + 1);
      expect(new Set(heard).size).toBe(heard.length);
    });

    test("removing a provider takes its credential and its models with it", async () => {
      await storage.change(async (writes) => {
        await writes.providers.insert(provider);
        await writes.credentials.put(org.id, {
          providerId: provider.id,
          field: "api_key",
          sealed: "v1.a.b.c",
          fingerprint: "0a1b2c3d",
        });
      });
      await storage.change((writes) => writes.providers.remove(provider));
      expect(await storage.reads.credentials.all()).toEqual([]);
    });
  });
}

describe("replicas on PostgreSQL", () => {
  let place: TestPlace;
  beforeEach(async () => {
    place = await createPlace("postgres");
  }, 60_000);
  afterEach(() => place.remove());

  test("a change on one is heard on the other within a second", async () => {
    const [one, other] = [await place.open(), await place.open()];
    await untilHeard(one, other);
    const before = await one.reads.instance.version();
    const heard = nextVersion(other, before);
    const started = performance.now();
    await one.change((writes) => writes.orgs.insert(org));
    expect(await heard).toBe(before + 1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test("a broken connection is renewed: later changes are heard again and queries work", async () => {
    const [one, other] = [await place.open(), await place.open()];
    await untilHeard(one, other);
    await (await testPostgres()).disconnectAll(place.databaseUrl ?? "");
    await untilHeard(one, other);
    const before = await one.reads.instance.version();
    const heard = nextVersion(other, before);
    const started = performance.now();
    await one.change((writes) => writes.orgs.insert(org));
    expect(await heard).toBe(before + 1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test("three that open a fresh database at once all get a working one", async () => {
    const storages = await Promise.all([place.open(), place.open(), place.open()]);
    for (const each of storages) expect(await each.reads.instance.version()).toBe(0);
  });

  test("a database that went away is `storage_unavailable` on the next read, and comes back by itself", async () => {
    const storage = await place.open();
    const reads = Array.from({ length: 4 }, () =>
      storage.consistently(async (inside) => {
        await inside.instance.version();
        await Bun.sleep(300);
        return inside.instance.version();
      }),
    );
    await Bun.sleep(100);
    await (await testPostgres()).disconnectAll(place.databaseUrl ?? "");
    for (const outcome of await Promise.allSettled(reads)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "storage_unavailable" } });
    }
    expect(await storage.reads.instance.version()).toBe(0);
  });

  test("a server that is not there is `storage_unavailable`, within seconds", async () => {
    const { openPostgres } = await import("./postgres/open-postgres.ts");
    await expect(openPostgres("postgres://postgres@127.0.0.1:1/none")).rejects.toMatchObject({
      code: "storage_unavailable",
    });
  });
});

/** Until one hears what another changes, twice at once and so not by polling; the version it heard last. */
async function untilHeard(from: Storage, at: Storage): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  for (let n = 0, inARow = 0; performance.now() < giveUpAt; n++) {
    const heard = nextVersion(at, 0);
    const other = { ...org, id: `org_w${n}`, name: `warm ${n}` };
    // The first changes may still meet what was cut.
    await from.change((writes) => writes.orgs.insert(other)).catch(() => {});
    const version = await Promise.race([heard, Bun.sleep(200)]);
    inARow = version === undefined ? 0 : inARow + 1;
    if (inARow === 2) return;
  }
  throw new Error("nothing was heard in 20 seconds");
}

/** The next that is heard of those after `before`: on a busy machine an earlier one may be heard late. */
function nextVersion(storage: Storage, before: number): Promise<number> {
  return new Promise((resolve) => {
    storage.onChange((version) => {
      if (version > before) resolve(version);
    });
  });
}
