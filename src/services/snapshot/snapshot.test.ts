import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Snapshot } from "../../plane/snapshot.ts";
import { createKey } from "../keys/create.ts";
import { revokeKey } from "../keys/revoke.ts";
import { createProvider } from "../providers/create.ts";
import { updateProvider } from "../providers/update.ts";
import { buildSnapshot } from "./build.ts";
import { startSnapshotPublisher } from "./publisher.ts";

for (const engine of engines) {
  describe(`the snapshot on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    const addProvider = (name = "main") =>
      createProvider(world.admin, {
        orgId: world.orgId,
        name,
        driver: "fake",
        credentials: { api_key: "sk-one" },
        options: { beta: true },
        models: ["known-1", "plain"],
      });

    test("holds enabled providers with their credential opened, defaults filled in, and catalog facts", async () => {
      world.vendor.models = [{ id: "undecided" }];
      const provider = await addProvider();
      const off = await addProvider("off");
      await updateProvider(world.admin, { orgId: world.orgId, providerId: off.id, enabled: false });
      const { orgs, version } = await buildSnapshot(world.system);
      expect(version).toBe(await world.storage.reads.instance.version());
      expect(orgs[0]?.providers.map((each) => each.name)).toEqual(["main"]);
      const [served] = orgs[0]?.providers ?? [];
      expect(served).toMatchObject({
        id: provider.id,
        status: "available",
        options: { region: "eu", beta: true },
      });
      expect(served?.credential?.api_key?.reveal()).toBe("sk-one");
      expect(served?.models.map((model) => [model.wireId, model.displayName, model.traits])).toEqual([
        ["known-1", "Known", { sampling: true }],
        ["plain", undefined, { sampling: true }],
      ]);
      expect(JSON.stringify(orgs)).not.toContain("sk-one");
    });

    test("a credential that cannot be opened takes out its provider, not the others", async () => {
      const broken = await addProvider("broken");
      await addProvider("fine");
      await world.storage.change((writes) =>
        writes.credentials.put(world.orgId, {
          providerId: broken.id,
          field: "api_key",
          sealed: "v1.gone.AAAA.AAAA",
          fingerprint: "00000000",
        }),
      );
      const { orgs } = await buildSnapshot(world.system);
      const credentials = orgs[0]?.providers.map((each) => each.credential?.api_key?.reveal());
      expect(credentials).toEqual([undefined, "sk-one"]);
      expect(world.logged.at(-1)?.event).toBe("credential_unreadable");
    });

    test("keys: revoked ones are gone, the rest can be found by digest", async () => {
      const { value } = await createKey(world.admin, {
        orgId: world.orgId,
        name: "live",
        strict: true,
        onDisconnect: "keep",
      });
      const gone = await createKey(world.admin, { orgId: world.orgId, name: "gone" });
      await revokeKey(world.admin, { orgId: world.orgId, keyId: gone.key.id });
      const { orgs } = await buildSnapshot(world.system);
      expect(orgs[0]?.keys).toEqual([
        expect.objectContaining({
          name: "live",
          digest: world.system.vault.digestKey(value.reveal()),
          strict: true,
          onDisconnect: "keep",
        }),
      ]);
    });

    test("subscribers get the newest soon after a change, never an older one after a newer", async () => {
      const publisher = await startSnapshotPublisher(world.system);
      try {
        const seen: number[] = [];
        publisher.subscribe((snapshot) => seen.push(snapshot.version));
        await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            createKey(world.admin, { orgId: world.orgId, name: `k${index}` }),
          ),
        );
        const version = await world.storage.reads.instance.version();
        await until(() => publisher.current()?.version === version);
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
        expect(publisher.current()?.orgs[0]?.keys.length).toBe(10);
      } finally {
        publisher.close();
      }
    });

    test("refresh covers every change before the call", async () => {
      const publisher = await startSnapshotPublisher(world.system);
      try {
        for (let index = 0; index < 5; index++) {
          void publisher.refresh();
          await createKey(world.admin, { orgId: world.orgId, name: `k${index}` });
          await publisher.refresh();
          expect(publisher.current()?.orgs[0]?.keys.length).toBe(index + 1);
        }
      } finally {
        publisher.close();
      }
    });

    test("a failing rebuild keeps the last good snapshot, says so, and recovers by itself", async () => {
      let broken = false;
      const ctx = {
        ...world.system,
        storage: {
          ...world.storage,
          consistently: ((work) =>
            broken
              ? Promise.reject(new PenstockError("storage_unavailable"))
              : world.storage.consistently(work)) as typeof world.storage.consistently,
        },
      };
      const publisher = await startSnapshotPublisher(ctx);
      try {
        const before = publisher.current();
        broken = true;
        await createKey(world.admin, { orgId: world.orgId, name: "late" });
        await until(() => publisher.status().stale);
        expect(publisher.current()).toBe(before as Snapshot);
        await expect(publisher.refresh()).rejects.toMatchObject({ code: "storage_unavailable" });
        broken = false;
        await until(() => !publisher.status().stale);
        expect(publisher.current()?.orgs[0]?.keys.map((key) => key.name)).toEqual(["late"]);
      } finally {
        publisher.close();
      }
    });

    test("a subscriber that throws does not keep the others from the news", async () => {
      const publisher = await startSnapshotPublisher(world.system);
      try {
        let heard = 0;
        publisher.subscribe(() => {
          throw new RangeError("cannot load");
        });
        publisher.subscribe(() => heard++);
        await createKey(world.admin, { orgId: world.orgId, name: "news" });
        await publisher.refresh();
        expect(heard).toBe(2);
      } finally {
        publisher.close();
      }
    });
  });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new RangeError("it did not happen within 5 s");
    await Bun.sleep(5);
  }
}
