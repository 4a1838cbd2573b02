import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Client } from "pg";
import { createWorld, type ServiceWorld } from "../../testkit/service-world.ts";
import { engines, type TestPlace } from "../../testkit/storage-engines.ts";
import { PenstockError } from "../errors/penstock-error.ts";
import { createKey } from "./keys/create.ts";
import { listKeys } from "./keys/list.ts";
import { checkProvider } from "./providers/check.ts";
import { createProvider } from "./providers/create.ts";
import { discoverModels } from "./providers/discover.ts";
import { getProvider } from "./providers/get.ts";
import { listProviders } from "./providers/list.ts";
import { probeProvider } from "./providers/probe.ts";
import { updateProvider } from "./providers/update.ts";
import { upsertProviderByName } from "./providers/upsert-by-name.ts";
import { rotateSecrets } from "./secrets/rotate.ts";
import { buildSnapshot } from "./snapshot/build.ts";

const marker = "71c0ffee";
const canary = `sk-canary-${marker}-never-to-be-seen`;

for (const engine of engines) {
  describe(`a credential on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    /** Everything a verb gave back or threw, in every way it could be printed. */
    async function outcome(work: Promise<unknown>): Promise<string> {
      const value: unknown = await work.catch((error: unknown) => error);
      const chain: unknown[] = [value];
      for (let cause = value; cause instanceof Error && cause.cause !== undefined; cause = cause.cause) {
        chain.push(cause.cause, cause.stack);
      }
      const shown = { ...(value instanceof PenstockError ? value : {}) };
      return [
        JSON.stringify(value),
        JSON.stringify(shown),
        String(value),
        inspect(chain, { depth: 20 }),
      ].join("\n");
    }

    test("is in nothing a verb returns, throws or logs, and not in the raw database", async () => {
      const input = {
        orgId: world.orgId,
        name: "main",
        driver: "fake",
        credentials: { api_key: canary, project: `${canary}-2` },
      };
      const outcomes: string[] = [];
      const see = async (work: Promise<unknown>) => void outcomes.push(await outcome(work));

      await see(checkProvider(world.admin, input));
      await see(createProvider(world.admin, input));
      const [provider] = await world.storage.reads.providers.listByOrg(world.orgId);
      const ref = { orgId: world.orgId, providerId: provider?.id ?? "" };
      await see(getProvider(world.admin, ref));
      await see(listProviders(world.admin, { orgId: world.orgId }));
      await see(upsertProviderByName(world.admin, input));
      await see(createProvider(world.admin, input));
      await see(
        createProvider(world.admin, { ...input, name: "bad", credentials: { api_key: `${canary}\n` } }),
      );
      await see(createProvider(world.admin, { ...input, name: "bad", credentials: { token: canary } }));
      await see(buildSnapshot(world.system));
      await see(rotateSecrets(world.system, { dryRun: false }));

      // A vendor that repeats the credential in what it says.
      const sent = () => world.vendor.probes.at(-1)?.credential.api_key?.reveal();
      world.vendor.probe = async () => ({ status: "rejected", reason: `no such key ${sent()}` });
      await see(probeProvider(world.admin, ref));
      await see(updateProvider(world.admin, { ...ref, credentials: { api_key: `${canary}-3` } }));
      world.vendor.probe = () => Promise.reject(new TypeError(`bad header ${sent()}`));
      await see(createProvider(world.admin, { ...input, name: "third" }));
      world.vendor.models = () =>
        Promise.reject(
          new PenstockError("upstream_error", { fields: { provider: "main", reason: `you sent ${canary}` } }),
        );
      await see(discoverModels(world.admin, ref));
      await see(getProvider(world.admin, ref));

      expect(outcomes.length).toBe(15);
      for (const text of outcomes) expect(text).not.toContain(marker);
      expect(inspect(world.logged, { depth: 20 })).not.toContain(marker);
      expect(await rawDatabase(world.place)).not.toContain(marker);
      expect(await rawDatabase(world.place)).toContain("vendor.example");
    });

    test("neither is a virtual key, once it was given out", async () => {
      const { value, key } = await createKey(world.admin, { orgId: world.orgId, name: "ci" });
      const secret = value.reveal().slice(4, -4);
      const listed = await outcome(listKeys(world.admin, { orgId: world.orgId }));
      for (const text of [JSON.stringify(key), listed, await rawDatabase(world.place)]) {
        expect(text).not.toContain(secret);
      }
    });
  });
}

/** All bytes of the data folder, and on PostgreSQL all rows of all tables. */
async function rawDatabase(place: TestPlace): Promise<string> {
  const files = readdirSync(place.dataDir).map((name) => readFileSync(join(place.dataDir, name), "latin1"));
  if (place.databaseUrl === undefined) return files.join("\n");
  const client = new Client({ connectionString: place.databaseUrl });
  await client.connect();
  try {
    const tables = await client.query(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    for (const { name } of tables.rows) {
      files.push(JSON.stringify((await client.query(`select * from "${name}"`)).rows));
    }
  } finally {
    await client.end();
  }
  return files.join("\n");
}
