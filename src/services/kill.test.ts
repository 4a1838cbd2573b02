import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFakeVendor } from "../../testkit/fake-driver.ts";
import { authenticateKey } from "./keys/authenticate.ts";
import { openControlPlane } from "./open-control-plane.ts";
import { buildSnapshot } from "./snapshot/build.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "penstock-kill-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Writes until it is killed at a random moment; returns what it acknowledged. */
async function writeAndKill(run: number): Promise<readonly string[]> {
  const script = join(import.meta.dir, "..", "..", "testkit", "write-until-killed.ts");
  const child = Bun.spawn([process.execPath, script, dataDir, String(run)], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const decoder = new TextDecoder();
  let text = "";
  let killer: ReturnType<typeof setTimeout> | undefined;
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    // From the first that was acknowledged on: a busy machine may take long to get there.
    if (text.includes("provider ") && killer === undefined) {
      killer = setTimeout(() => child.kill("SIGKILL"), Math.random() * 400);
    }
  }
  clearTimeout(killer);
  expect(await child.exited, await new Response(child.stderr).text()).toBe(137);
  // The last line may have been cut by the kill.
  return text.split("\n").slice(0, -1);
}

test("killed with -9 while it writes: the database opens, and every acknowledged provider and key is there", async () => {
  const acknowledged: string[] = [];
  for (let run = 0; run < 6; run++) acknowledged.push(...(await writeAndKill(run)));
  const names = acknowledged.filter((line) => line.startsWith("provider ")).map((line) => line.slice(9));
  const keys = acknowledged.filter((line) => line.startsWith("key ")).map((line) => line.slice(4));
  expect(names.length).toBeGreaterThan(20);

  const { driver } = createFakeVendor();
  const { ctx, close } = await openControlPlane({
    dataDir,
    databaseUrl: undefined,
    masterKey: undefined,
    publicUrl: "http://penstock.test",
    drivers: new Map([[driver.id, driver]]),
    driverFetch: () => Promise.reject(new TypeError("no network in tests")),
    profileOf: () => undefined,
    log: () => {},
  });
  const { orgs } = await buildSnapshot(ctx);
  const providers = new Map(orgs[0]?.providers.map((provider) => [provider.name, provider]));
  for (const name of names) {
    expect(providers.get(name)?.credential?.api_key?.reveal()).toBe(`sk-${name}`);
    expect(providers.get(name)?.models.map((model) => model.wireId)).toEqual(["m"]);
  }
  for (const presented of keys) await authenticateKey(ctx, { presented, carrier: "header" });
  // Not acknowledged or not: nothing is there by half.
  for (const provider of providers.values()) expect(provider.models.length).toBe(1);
  await close();
  const database = new Database(join(dataDir, "penstock.db"), { readonly: true });
  expect(database.query("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  database.close();
}, 60_000);

test("killed with -9 while it starts for the first time: the next start works", async () => {
  const script = join(import.meta.dir, "..", "..", "testkit", "write-until-killed.ts");
  for (let run = 0; run < 6; run++) {
    const child = Bun.spawn([process.execPath, script, dataDir, `s${run}`], {
      stdout: "ignore",
      stderr: "ignore",
    });
    await Bun.sleep(40 + Math.random() * 120);
    child.kill("SIGKILL");
    await child.exited;
  }
  expect((await writeAndKill(99)).length).toBeGreaterThan(1);
}, 60_000);
