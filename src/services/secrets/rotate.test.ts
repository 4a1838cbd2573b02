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
import { rotateSecrets } from "./rotate.ts";

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
      expect(await rotateSecrets(both, { dryRun: true })).toEqual({
        total: 4,
        rewrapped: 4,
        current: 0,
        failed: [],
      });
      expect(await world.storage.reads.credentials.all()).toEqual(before);
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
            if (++changes > 2) throw new RangeError("killed");
            return both.storage.change(work);
          },
        },
      };
      await expect(rotateSecrets(failing, { dryRun: false })).rejects.toThrow("killed");
      expect(await served(both)).toEqual(["sk-a", "sk-b", "sk-c"]);
      expect(await rotateSecrets(both, { dryRun: false })).toMatchObject({
        rewrapped: 2,
        current: 2,
        failed: [],
      });
      expect(await served(await under(newKey))).toEqual(["sk-a", "sk-b", "sk-c"]);
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
