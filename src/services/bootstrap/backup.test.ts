import { afterEach, beforeEach, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { createKey } from "../keys/create.ts";
import { createProvider } from "../providers/create.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { openVault } from "./open-vault.ts";

let world: ServiceWorld;
let folder: string;
beforeEach(async () => {
  world = await createWorld("sqlite");
  folder = mkdtempSync(join(tmpdir(), "penstock-restored-"));
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const backUp = () => world.place.sql(`vacuum into '${join(folder, "penstock.db")}'`);

test("a backup made while changes run, with its master key, is a whole installation of one moment", async () => {
  const { orgId } = world;
  const credentials = { api_key: "sk-kept" };
  await createProvider(world.admin, { orgId, name: "main", driver: "fake", credentials, models: ["m"] });
  const changes = Array.from({ length: 20 }, (_, index) =>
    createKey(world.admin, { orgId, name: `k${index}` }),
  );
  await backUp();
  await Promise.all(changes);
  copyFileSync(join(world.place.dataDir, "master.key"), join(folder, "master.key"));

  const storage = await openStorage({ databaseUrl: undefined, dataDir: folder });
  try {
    const vault = await openVault(storage, { masterKey: undefined, dataDir: folder });
    const snapshot = await buildSnapshot({ ...world.system, storage, vault });
    const [org] = snapshot.orgs;
    expect(org?.providers[0]?.credential?.api_key?.reveal()).toBe("sk-kept");
    // Each key was one change: the keys that are there are those of the version that is there.
    const older = (await storage.reads.orgs.find(orgId))?.version ?? 0;
    const now = (await world.storage.reads.orgs.find(orgId))?.version ?? 0;
    expect(org?.keys.length).toBe(20 - (now - older));
  } finally {
    await storage.close();
  }
});

test("a backup without its master key is refused at the start, and says which key is missing", async () => {
  await backUp();
  const storage = await openStorage({ databaseUrl: undefined, dataDir: folder });
  try {
    await expect(openVault(storage, { masterKey: undefined, dataDir: folder })).rejects.toThrow(/key/i);
  } finally {
    await storage.close();
  }
});
