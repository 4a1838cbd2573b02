import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { openVault } from "../bootstrap/open-vault.ts";
import { authenticateKey } from "../keys/authenticate.ts";
import { createKey } from "../keys/create.ts";
import { createProvider } from "../providers/create.ts";
import type { ServiceContext } from "../service-context.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { type RotationResult, rotateSecrets } from "./rotate.ts";
import { sealedStores } from "./sealed-places.ts";
import { secretsStatus } from "./status.ts";

const entry = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;

for (const engine of engines) {
  describe(`rotation of the master key on ${engine}`, () => {
    const [oldKey, newKey] = [entry("old"), entry("new")];
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine, { masterKey: oldKey });
      for (const name of ["a", "b", "c"]) {
        await createProvider(world.admin, {
          orgId: world.orgId,
          name,
          driver: "fake",
          credentials: { api_key: `sk-${name}` },
        });
      }
    }, 60_000);
    afterEach(() => world.close());

    const under = async (masterKey: string): Promise<ServiceContext> => ({
      ...world.system,
      vault: await openVault(world.storage, { masterKey, dataDir: world.place.dataDir }),
    });
    const served = async (ctx: ServiceContext) =>
      (await buildSnapshot(ctx)).orgs[0]?.providers.map((each) => each.credential?.api_key?.reveal());

    test("a dry run counts and writes nothing", async () => {
      const before = await world.storage.reads.credentials.all();
      const both = await under(`${newKey},${oldKey}`);
      const keys = await world.storage.reads.masterKeys.all();
      expect(await rotateSecrets(both, { dryRun: true })).toEqual({
        masterKeys: { made: true, rewrapped: 1 },
        total: 4,
        rewrapped: 4,
        current: 0,
        failed: [],
        next: undefined,
      });
      expect(await world.storage.reads.credentials.all()).toEqual(before);
      expect(await world.storage.reads.masterKeys.all()).toEqual(keys);
    });

    test("after it the old key is no longer needed, and keys and credentials work as before", async () => {
      const { value } = await createKey(world.admin, { orgId: world.orgId, name: "ci" });
      const both = await under(`${newKey},${oldKey}`);
      await rotateSecrets(both, { dryRun: false });
      const alone = await under(newKey);
      expect(await served(alone)).toEqual(["sk-a", "sk-b", "sk-c"]);
      expect((await authenticateKey(alone, { presented: value.reveal(), carrier: "header" })).name).toBe(
        "ci",
      );
      expect(await rotateSecrets(alone, { dryRun: false })).toMatchObject({ rewrapped: 0, current: 4 });
    });

    test("interrupted, it goes on where it stopped", async () => {
      const both = await under(`${newKey},${oldKey}`);
      let changes = 0;
      const failing: ServiceContext = {
        ...both,
        storage: {
          ...both.storage,
          change: (work) => {
            // The master keys take two.
            if (++changes > 4) throw new RangeError("killed");
            return both.storage.change(work);
          },
        },
      };
      await expect(rotateSecrets(failing, { dryRun: false })).rejects.toThrow("killed");
      expect(await served(both)).toEqual(["sk-a", "sk-b", "sk-c"]);
      expect(await rotateSecrets(both, { dryRun: false })).toMatchObject({
        masterKeys: { made: false, rewrapped: 0 },
        rewrapped: 2,
        current: 2,
        failed: [],
      });
      expect(await served(await under(newKey))).toEqual(["sk-a", "sk-b", "sk-c"]);
    });

    test("goes through the values in bounded batches, each where the one before stopped", async () => {
      const both = await under(`${newKey},${oldKey}`);
      for (const dryRun of [true, false]) {
        const batches: number[] = [];
        let from: RotationResult["next"];
        do {
          const result = await rotateSecrets(both, { dryRun, limit: 3, from });
          batches.push(result.rewrapped);
          from = result.next;
        } while (from !== undefined);
        expect(batches).toEqual([3, 1]);
      }
      expect(await served(await under(newKey))).toEqual(["sk-a", "sk-b", "sk-c"]);
    });

    test("is the operator's, and leaves its acts in the instance's chain", async () => {
      await expect(rotateSecrets(world.admin, { dryRun: true })).rejects.toMatchObject({ code: "key_scope" });
      await expect(secretsStatus(world.admin)).rejects.toMatchObject({ code: "key_scope" });
      await rotateSecrets(await under(`${newKey},${oldKey}`), { dryRun: false });
      const acts = await world.storage.reads.audit.chain({ orgId: "", after: 0, limit: 10 });
      expect(acts.map(({ action }) => action)).toEqual([
        "master_key.create",
        "master_key.rewrap",
        "secrets.rotate",
      ]);
    });

    test("a server that was not told of the new master key learns it when it meets it", async () => {
      const running = { ...world.system, vault: world.system.vault };
      await rotateSecrets(world.system, { dryRun: false, newKey: true });
      const other = await under(oldKey);
      await rotateSecrets(other, { dryRun: false, newKey: true });
      expect(await served(running)).toEqual(["sk-a", "sk-b", "sk-c"]);
      expect((await secretsStatus(running)).values).toEqual({
        total: 4,
        current: 4,
        older: 0,
        unreadable: [],
      });
    });

    test("what a slower server seals under the key before opens all the same", async () => {
      const slower = await under(oldKey);
      await rotateSecrets(world.system, { dryRun: false, newKey: true });
      await createProvider(
        { ...slower, actor: world.admin.actor },
        { orgId: world.orgId, name: "d", driver: "fake", credentials: { api_key: "sk-d" } },
      );
      expect(await served(world.system)).toEqual(["sk-a", "sk-b", "sk-c", "sk-d"]);
      expect((await secretsStatus(world.system)).values).toMatchObject({ current: 4, older: 1 });
      expect(await rotateSecrets(world.system, { dryRun: false })).toMatchObject({
        rewrapped: 1,
        current: 4,
      });
    });

    test("passes over no table that holds sealed values", async () => {
      const rows =
        engine === "sqlite"
          ? "select m.name as name from sqlite_master m join pragma_table_info(m.name) c where c.name = 'sealed'"
          : "select table_name as name from information_schema.columns where column_name = 'sealed' and table_schema = 'public'";
      const tables = await world.place.query(rows);
      // Sign-ins under way live for minutes, and older master keys open for ever.
      const passed = new Set<unknown>(["oauth_flows", ...sealedStores.map(({ table }) => table)]);
      expect(tables.length).toBeGreaterThan(1);
      expect(tables.map(({ name }) => name).filter((name) => !passed.has(name))).toEqual([]);
    });

    test("what cannot be opened is named and left, the rest is rotated", async () => {
      const [first] = await world.storage.reads.providers.listByOrg(world.orgId);
      await world.storage.change((writes) =>
        writes.credentials.put(world.orgId, {
          providerId: first?.id ?? "",
          field: "api_key",
          sealed: "v1.lost.AAAA.AAAA",
          fingerprint: "00000000",
        }),
      );
      const result = await rotateSecrets(await under(`${newKey},${oldKey}`), { dryRun: false });
      expect(result).toMatchObject({ total: 4, rewrapped: 3 });
      expect(result.failed).toEqual([
        { what: `${first?.id} api_key`, reason: expect.stringContaining("`lost`") },
      ]);
    });
  });
}
