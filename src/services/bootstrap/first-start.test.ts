import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { authenticateKey } from "../keys/authenticate.ts";
import { listOrgs } from "../orgs/list.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import type { BootstrapFile } from "./bootstrap-file.ts";
import { firstStart } from "./first-start.ts";
import { openVault } from "./open-vault.ts";
import { verifySetupToken } from "./verify-setup-token.ts";

const url = "http://localhost:8080";

for (const engine of engines) {
  describe(`a first start on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    const start = (at = url) => firstStart(world.system, { dataDir: world.place.dataDir, url: at });
    const path = () => join(world.place.dataDir, "bootstrap.json");
    const read = (): BootstrapFile => JSON.parse(readFileSync(path(), "utf8"));

    async function expectWorking(file: BootstrapFile): Promise<void> {
      const { orgId } = await authenticateKey(world.system, {
        presented: file.gateway_key,
        carrier: "header",
      });
      const admin = await authenticateKey(world.system, { presented: file.admin_key, carrier: "header" });
      expect(admin.scopes).toEqual(["admin", "operator"]);
      const token = file.gateway_url.slice(`${file.url}/u/`.length);
      expect(await authenticateKey(world.system, { presented: token, carrier: "url" })).toMatchObject({
        orgId,
      });
      const setup = new URL(file.setup_url).searchParams.get("token") ?? "";
      expect(await verifySetupToken(world.system, { token: setup })).toBe(true);
      expect(await verifySetupToken(world.system, { token: `${setup}x` })).toBe(false);
    }

    test("leaves working keys in a private file, a default org and a playground that answers", async () => {
      const { file } = await start();
      expect(file).toEqual(read());
      expect(statSync(path()).mode & 0o777).toBe(0o600);
      await expectWorking(read());
      const { orgs } = await buildSnapshot(world.system);
      const org = orgs.find((each) => each.name === "default");
      expect(org?.providers.map((each) => [each.name, each.models.map((model) => model.wireId)])).toEqual([
        ["playground", ["playground-llm", "playground-embed"]],
      ]);
    });

    test("a second start changes nothing; on another port the addresses follow, the keys stay", async () => {
      await start();
      const first = read();
      const version = await world.storage.reads.instance.version();
      expect((await start()).file).toBeUndefined();
      expect(read()).toEqual(first);
      await start("http://localhost:9999");
      expect(read()).toMatchObject({ gateway_key: first.gateway_key, url: "http://localhost:9999" });
      await expectWorking(read());
      expect(await world.storage.reads.instance.version()).toBe(version);
    });

    test("a crash between the commit and the file: the next start writes working keys", async () => {
      // A folder of that name makes the write fail at the very moment.
      mkdirSync(path());
      await expect(start()).rejects.toThrow();
      rmSync(path(), { recursive: true });
      expect((await start()).file).toEqual(read());
      await expectWorking(read());
      expect((await listOrgs(world.system, {})).data.map((org) => org.name)).toEqual(["acme", "default"]);
    });

    test("a deleted file stays deleted once it was handed out", async () => {
      await start();
      rmSync(path());
      expect((await start()).file).toBeUndefined();
      expect(() => read()).toThrow();
    });

    test("replicas that start at once make one org and one set of keys", async () => {
      const other = {
        ...world.system,
        storage: engine === "postgres" ? await world.place.open() : world.storage,
      };
      const input = { dataDir: world.place.dataDir, url };
      await Promise.all([firstStart(world.system, input), firstStart(other, input)]);
      await expectWorking(read());
      expect((await listOrgs(world.system, {})).data.length).toBe(2);
    });

    test("another master key is refused by name instead of making everything unreadable", async () => {
      await start();
      const wrong = `other:${Buffer.alloc(32, 1).toString("base64")}`;
      await expect(
        openVault(world.storage, { masterKey: wrong, dataDir: world.place.dataDir }),
      ).rejects.toThrow(/not in the ring \(it has other\)/);
    });
  });
}
