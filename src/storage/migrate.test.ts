import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createPlace, engines, type TestPlace } from "../../testkit/storage-engines.ts";
import { migrations } from "./migrations/migrations.ts";

const script = join(import.meta.dir, "..", "..", "testkit", "open-storage-process.ts");

/** What issue 2's release would have left: one row of everything. */
const oldRows = [
  `insert into orgs (id, name, name_folded, default_model, default_model_origin, version, created_at, updated_at)
   values ('org_1', 'Acme', 'acme', 'Main/m', 'api', 4, 1, 2)`,
  `insert into providers (id, org_id, name, name_folded, driver, base_url, options, enabled, priority, status,
     checked_at, latency_ms, origin, created_at, updated_at)
   values ('prov_1', 'org_1', 'Main', 'main', 'fake', 'https://vendor.example/v1', '{"beta":true}', 1, 50, 'available',
     7, 12, 'file:penstock.yaml', 1, 2)`,
  `insert into provider_credentials (provider_id, field, sealed, fingerprint)
   values ('prov_1', 'api_key', 'v1.main.AAAA.AAAA', '0a1b2c3d')`,
  `insert into models (id, provider_id, wire_id, kind, enabled, source, traits, context_tokens, last_seen_at, stale,
     origin, created_at, updated_at)
   values ('model_1', 'prov_1', 'm', 'chat', 1, 'discovered', '{"sampling":true}', 1000, 3, 0, 'api', 1, 2)`,
  `insert into keys (id, org_id, name, digest, preview, carrier, scopes, allowed_models, strict, origin, created_at)
   values ('key_1', 'org_1', 'ci', 'abc', 'psk_…abcd', 'header', '["gateway"]', '["m"]', 1, 'api', 5)`,
  `insert into usage_records (request_id, org_id, key_id, requested_model, surface, stream, passthrough, outcome, status,
     input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens,
     audio_input_tokens, audio_output_tokens, raw_usage, usage_estimated, cost_source, losses, started_at, before_us,
     upstream_first_byte_us, first_byte_us, total_us)
   values ('req_1', 'org_1', 'key_1', 'm', 'openai-chat', 0, 1, 'completed', 200, 1, 2, 0, 0, 5, 0, 0, 0, '{}', 0,
     'none', '[]', 9, 1, 2, 3, 4)`,
  "update instance set value = '4' where key = 'version'",
];

for (const engine of engines) {
  describe(`migrations on ${engine}`, () => {
    let place: TestPlace;
    beforeEach(async () => {
      place = await createPlace(engine);
    }, 60_000);
    afterEach(() => place.remove());

    const start = (mode: "all" | "first" | "half") =>
      Bun.spawn([process.execPath, script, place.dataDir, place.databaseUrl ?? "", mode], {
        stdout: "pipe",
        stderr: "pipe",
      });

    /** All that a start said, its complaints included. */
    async function open(mode: "all" | "first" | "half", child = start(mode)): Promise<string> {
      return (await new Response(child.stdout).text()) + (await new Response(child.stderr).text());
    }

    /** Starts one that is in the middle of a migration when this resolves. */
    async function startHalf() {
      const child = start("half");
      const { value } = await child.stdout.getReader().read();
      expect(new TextDecoder().decode(value)).toStartWith("half");
      return child;
    }

    const applied = async () =>
      (await place.query("select name from kysely_migration order by name")).map(({ name }) => name);

    // An embedded database has one process.
    const several = engine === "postgres" ? test : () => {};
    several(
      "four processes that start on an empty database at once all open it, each migration applied once",
      async () => {
        const starts = Array.from({ length: 4 }, () => open("all"));
        for (const start of starts) expect(await start).toBe("open 0\n");
        expect(await applied()).toEqual(Object.keys(migrations));
      },
      60_000,
    );

    test("killed with -9 in the middle: nothing is half-done, and the next start does all of it", async () => {
      expect(await open("first")).toBe("first\n");
      for (const row of oldRows) await place.sql(row);
      for (let round = 0; round < 2; round++) {
        const child = await startHalf();
        child.kill("SIGKILL");
        expect(await child.exited).toBe(137);
        expect(await applied()).toEqual(["0001-foundation"]);
      }
      expect(await open("all")).toBe("open 4\n");
      expect(await applied()).toEqual(Object.keys(migrations));
    }, 60_000);

    several(
      "a replica that starts while another migrates waits for it, and works when that one is killed",
      async () => {
        const child = await startHalf();
        const waiting = start("all");
        await Bun.sleep(500);
        expect(waiting.exitCode).toBeNull();
        child.kill("SIGKILL");
        expect(await open("all", waiting)).toBe("open 0\n");
      },
      60_000,
    );

    test("the database of the first release keeps its rows, and works", async () => {
      expect(await open("first")).toBe("first\n");
      for (const row of oldRows) await place.sql(row);
      const storage = await place.open();
      const { reads } = storage;
      const org = { orgId: "org_1" };
      expect(await reads.orgs.find("org_1")).toMatchObject({
        name: "Acme",
        defaultModel: "Main/m",
        settings: {},
        version: 4,
      });
      expect(await reads.providers.findByName({ ...org, name: "MAIN" })).toMatchObject({
        id: "prov_1",
        options: { beta: true },
        priority: 50,
        health: { status: "available", checkedAt: 7, latencyMs: 12, failures: 0 },
        origin: "file:penstock.yaml",
      });
      expect(await reads.credentials.listByProvider("prov_1")).toMatchObject([
        { field: "api_key", sealed: "v1.main.AAAA.AAAA", fingerprint: "0a1b2c3d" },
      ]);
      const [model] = await reads.models.listByProvider("prov_1");
      expect(model).toMatchObject({ wireId: "m", traits: { sampling: true }, contextTokens: 1_000 });
      const key = await reads.keys.findByDigest("abc");
      expect(key).toMatchObject({ name: "ci", allowedModels: ["m"], strict: true, createdAt: 5 });
      expect(await storage.ledger.find({ ...org, requestId: "req_1" })).toMatchObject({ requestId: "req_1" });
      if (model === undefined || key === undefined) throw new Error("the rows are gone");
      await storage.change(async (writes) => {
        await writes.models.put(org.orgId, { ...model, enabled: false });
        await writes.keys.replace({ ...key, revokedAt: 11 });
      });
      expect(await reads.instance.version()).toBe(5);
      expect(await reads.keys.allLive()).toEqual([]);
    }, 60_000);
  });
}
