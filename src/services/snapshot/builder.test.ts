import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import type { OrgConfig, Snapshot } from "../../plane/snapshot.ts";
import { createKey } from "../keys/create.ts";
import { revokeKey } from "../keys/revoke.ts";
import { rotateKey } from "../keys/rotate.ts";
import { createModel } from "../models/create.ts";
import { removeModel } from "../models/remove.ts";
import { updateModel } from "../models/update.ts";
import { createOrg } from "../orgs/create.ts";
import { removeOrg } from "../orgs/remove.ts";
import { createProvider } from "../providers/create.ts";
import { removeProvider } from "../providers/remove.ts";
import { updateProvider } from "../providers/update.ts";
import { updateSettings } from "../settings/update.ts";
import { buildSnapshot } from "./build.ts";
import { SnapshotBuilder } from "./builder.ts";

/** Everything in a snapshot, its secrets included, in one order. */
function told(snapshot: Snapshot): unknown {
  const org = (each: OrgConfig) => ({
    ...each,
    keys: [...each.keys].sort((a, b) => (a.id < b.id ? -1 : 1)),
    providers: each.providers.map((provider) => ({
      ...provider,
      credential: reveal(provider.credential),
      headers: reveal(provider.headers),
    })),
  });
  return { version: snapshot.version, orgs: snapshot.orgs.map(org) };
}

function reveal(secrets: Readonly<Record<string, { reveal(): string }>> | undefined): unknown {
  return (
    secrets && Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, value.reveal()]))
  );
}

for (const engine of engines) {
  describe(`a snapshot that is built from what changed, on ${engine}`, () => {
    let world: ServiceWorld;
    let builder: SnapshotBuilder;
    beforeEach(async () => {
      world = await createWorld(engine);
      builder = new SnapshotBuilder(world.system);
      await builder.build();
    }, 60_000);
    afterEach(() => world.close());

    /** What comes of the last changes must be what one who starts now would read. */
    async function same(): Promise<Snapshot> {
      const snapshot = await builder.build();
      expect(told(snapshot)).toEqual(told(await buildSnapshot(world.system)));
      return snapshot;
    }

    const addProvider = (name: string) =>
      createProvider(world.admin, {
        orgId: world.orgId,
        name,
        driver: "fake",
        credentials: { api_key: `sk-${name}` },
        models: ["known-1", "plain"],
      });

    test("is the same as one that is read whole, after every kind of change", async () => {
      const { admin, system, orgId } = world;
      const provider = await addProvider("a");
      await same();
      const other = await addProvider("b");
      await same();
      await updateProvider(admin, { orgId, providerId: provider.id, name: "c", priority: 7 });
      await same();
      await updateProvider(admin, { orgId, providerId: other.id, credentials: { api_key: "sk-new" } });
      await same();
      await updateProvider(admin, { orgId, providerId: other.id, enabled: false });
      expect((await same()).orgs[0]?.providers.length).toBe(1);
      await updateProvider(admin, { orgId, providerId: other.id, enabled: true });
      await same();
      const model = await createModel(admin, { orgId, providerId: other.id, wireId: "extra" });
      await same();
      await updateModel(admin, { orgId, modelId: model.id, contextTokens: 5 });
      await same();
      await updateModel(admin, { orgId, modelId: model.id, enabled: false });
      await same();
      await removeModel(admin, { orgId, modelId: model.id });
      await same();
      const { key } = await createKey(admin, { orgId, name: "k1", allowedModels: ["plain"] });
      await createKey(admin, { orgId, name: "k2" });
      expect((await same()).orgs[0]?.keys.length).toBe(2);
      await rotateKey(admin, { orgId, keyId: key.id, graceSeconds: 60 });
      await same();
      await revokeKey(admin, { orgId, keyId: key.id });
      expect((await same()).orgs[0]?.keys.length).toBe(1);
      await updateSettings(admin, { orgId, defaultChatModel: "b/plain" });
      expect((await same()).orgs[0]?.defaultModel).toBe("b/plain");
      const second = await createOrg(system, { name: "second" });
      await createKey(system, { orgId: second.id, name: "k" });
      expect((await same()).orgs.length).toBe(2);
      await removeOrg(system, { orgId: second.id, force: true });
      expect((await same()).orgs.length).toBe(1);
      await removeProvider(admin, { orgId, providerId: provider.id, mode: { force: true } });
      await same();
    });

    test("several changes at once, of which some undo others", async () => {
      const { admin, orgId } = world;
      const gone = await addProvider("gone");
      await addProvider("kept");
      await removeProvider(admin, { orgId, providerId: gone.id, mode: { force: true } });
      await addProvider("gone");
      const { key } = await createKey(admin, { orgId, name: "k" });
      await revokeKey(admin, { orgId, keyId: key.id });
      await same();
    });

    test("what did not change is the same object, and with no change all of it is", async () => {
      const { admin, orgId } = world;
      const other = await createOrg(world.system, { name: "other" });
      await addProvider("a");
      const changed = await addProvider("b");
      const { key } = await createKey(admin, { orgId, name: "k" });
      const before = await builder.build();
      expect(await builder.build()).toBe(before);
      await updateProvider(admin, { orgId, providerId: changed.id, priority: 3 });
      const after = await builder.build();
      const find = (snapshot: Snapshot, id: string) => snapshot.orgs.find((org) => org.id === id);
      expect(find(after, other.id)).toBe(find(before, other.id));
      const [one, two] = [find(before, orgId), find(after, orgId)];
      expect(two?.providers[0]).toBe(one?.providers[0]);
      expect(two?.providers[1]).not.toBe(one?.providers[1]);
      expect(two?.keys.find(({ id }) => id === key.id)).toBe(one?.keys[0]);
    });

    test("one who is further behind than is remembered reads everything", async () => {
      await addProvider("a");
      const { key } = await createKey(world.admin, { orgId: world.orgId, name: "k" });
      await world.place.sql("delete from changes");
      await revokeKey(world.admin, { orgId: world.orgId, keyId: key.id });
      expect((await same()).orgs[0]?.keys).toEqual([]);
    });

    test("only the last thousand changes are remembered", async () => {
      const { version } = await builder.build();
      await world.place.sql(`update instance set value = '${version + 5_000}' where key = 'version'`);
      await createKey(world.admin, { orgId: world.orgId, name: "k" });
      const [left] = await world.place.query("select count(*) as rows from changes");
      expect(Number(left?.rows)).toBe(1);
      expect((await same()).orgs[0]?.keys.length).toBe(1);
    });

    test("a credential that could not be opened is tried again", async () => {
      const provider = await addProvider("a");
      const [credential] = await world.storage.reads.credentials.listByProvider(provider.id);
      if (credential === undefined) throw new Error("no credential");
      const broken = { ...credential, sealed: "v1.gone.AAAA.AAAA" };
      await world.storage.change((writes) => writes.credentials.put(world.orgId, broken));
      expect((await same()).orgs[0]?.providers[0]?.credential).toBeUndefined();
      // As a rewrapping does: no version rises.
      await world.storage.change((writes) => writes.credentials.rewrap(broken, credential.sealed));
      expect((await same()).orgs[0]?.providers[0]?.credential?.api_key?.reveal()).toBe("sk-a");
    });
  });
}
