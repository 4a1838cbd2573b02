import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { verifyAudit } from "../audit/verify.ts";
import { openVault } from "../bootstrap/open-vault.ts";
import { inTransaction } from "../in-transaction.ts";
import { createProvider } from "../providers/create.ts";
import { buildSnapshot } from "../snapshot/build.ts";
import { rotateSecrets } from "./rotate.ts";
import { secretsStatus } from "./status.ts";

const count = 40;
const script = join(import.meta.dir, "..", "..", "..", "testkit", "rotate-until-killed.ts");

for (const engine of engines) {
  describe(`a rotation that is killed with -9 on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
      await inTransaction(world.admin, async (ctx) => {
        for (let index = 0; index < count; index++) {
          await createProvider(ctx, {
            orgId: world.orgId,
            name: `p${index}`,
            driver: "fake",
            credentials: { api_key: `sk-${index}` },
            validate: false,
            discover: false,
          });
        }
      });
    }, 60_000);
    afterEach(() => world.close());

    async function rotateAndKill(): Promise<string> {
      const { dataDir, databaseUrl = "" } = world.place;
      const child = Bun.spawn([process.execPath, script, dataDir, databaseUrl], {
        stdout: "pipe",
        stderr: "pipe",
      });
      let said = "";
      let killer: ReturnType<typeof setTimeout> | undefined;
      const decoder = new TextDecoder();
      for await (const chunk of child.stdout) {
        said += decoder.decode(chunk, { stream: true });
        if (said.includes("ready"))
          killer ??= setTimeout(() => child.kill("SIGKILL"), 10 + Math.random() * 120);
      }
      clearTimeout(killer);
      expect(await child.exited, await new Response(child.stderr).text()).toBe(137);
      return said;
    }

    test("nothing is lost or half-done, and the next rotation finishes it", async () => {
      let interrupted = 0;
      for (let run = 0; run < 4; run++) {
        await rotateAndKill();
        const vault = await openVault(world.storage, {
          masterKey: undefined,
          dataDir: world.place.dataDir,
        });
        const ctx = { ...world.system, vault };
        const { values } = await secretsStatus(ctx);
        expect(values).toMatchObject({ total: count + 1, unreadable: [] });
        if (values.older > 0) interrupted++;
        const [org] = (await buildSnapshot(ctx)).orgs;
        expect(org?.providers.map((each) => each.credential?.api_key?.reveal())).toEqual(
          Array.from({ length: count }, (_, index) => `sk-${index}`),
        );
        const finished = await rotateSecrets(ctx, { dryRun: false });
        expect(finished).toMatchObject({ masterKeys: { made: false }, rewrapped: values.older, failed: [] });
        expect((await secretsStatus(ctx)).values).toMatchObject({ older: 0, unreadable: [] });
        expect(await verifyAudit(ctx, { orgId: undefined })).toMatchObject({ intact: true });
      }
      // Else the kill never met a rotation half way, and this test showed nothing.
      expect(interrupted).toBeGreaterThan(0);
    }, 120_000);
  });
}
