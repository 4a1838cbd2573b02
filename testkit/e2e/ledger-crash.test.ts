import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { testPostgres } from "../postgres.ts";
import { startTcpProxy } from "../tcp-proxy.ts";
import { type ServerProcess, scratchFolder, startProcess } from "./server-process.ts";
import { chatSurface } from "./world.ts";

/** Request ids whose answer a client has seen to its end. */
type Answered = Set<string>;

async function callUntilKilled(server: ServerProcess, answered: Answered, stream: boolean): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`${server.url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${server.bootstrap.gateway_key}` },
        body: JSON.stringify({ ...(chatSurface.body("playground-llm") as object), stream }),
      });
      const text = await response.text();
      const whole = stream ? text.includes("[DONE]") : text.endsWith("}");
      if (response.status === 200 && whole) answered.add(response.headers.get("x-penstock-request-id") ?? "");
    } catch {
      return;
    }
  }
}

async function killAtRandom(server: ServerProcess, answered: Answered): Promise<void> {
  const callers = [0, 1, 2, 3, 4, 5].map((index) => callUntilKilled(server, answered, index % 2 === 0));
  const before = answered.size;
  while (answered.size < before + 50) await Bun.sleep(5);
  await Bun.sleep(Math.random() * 250);
  server.signal("SIGKILL");
  await server.exited;
  await Promise.all(callers);
}

const emptied = (folder: string) => readdirSync(join(folder, "spool")).length;

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > 20_000) throw new Error(`not within 20 s: ${what}`);
    await Bun.sleep(50);
  }
}

test("killed with -9 under load, again and again: whatever was answered is in the ledger, once", async () => {
  using folder = scratchFolder();
  const answered: Answered = new Set();
  for (let round = 0; round < 4; round++) {
    using server = await startProcess(folder.path);
    await killAtRandom(server, answered);
  }
  using last = await startProcess(folder.path);
  // Its own folder is all that is left when it has taken over the others.
  await until(() => emptied(folder.path) === 1, "the spools are replayed");
  last.signal("SIGTERM");
  expect(await last.exited).toBe(0);
  expect(emptied(folder.path)).toBe(0);
  const database = new Database(join(folder.path, "penstock.db"), { readonly: true });
  const rows = database.query<{ request_id: string }, []>("select request_id from usage_records").all();
  const sums = database.query<{ n: number }, []>("select sum(requests) as n from usage_rollups").get();
  database.close();
  const ids = new Set(rows.map(({ request_id }) => request_id));
  expect([...answered].filter((id) => !ids.has(id))).toEqual([]);
  expect(ids.size).toBe(rows.length);
  expect(sums?.n).toBe(rows.length);
  console.log(`${answered.size} answers, ${rows.length} rows after 4 kills`);
}, 120_000);

test("PostgreSQL gone under load, then the process killed: another start brings every answered request, once", async () => {
  using folder = scratchFolder();
  const postgres = await testPostgres();
  const url = new URL(await postgres.createDatabase());
  using network = startTcpProxy(postgres.port);
  const direct = url.href;
  url.port = String(network.port);
  const env = { PENSTOCK_DATABASE_URL: url.href, PENSTOCK_DATABASE_STATEMENT_TIMEOUT_MS: "1000" };
  const answered: Answered = new Set();
  {
    using server = await startProcess(folder.path, { env });
    const callers = [0, 1, 2, 3].map((index) => callUntilKilled(server, answered, index % 2 === 0));
    await until(() => answered.size > 100, "calls are answered");
    network.cut();
    const before = answered.size;
    await until(() => answered.size > before + 300, "calls go on without the database");
    network.restore();
    await Bun.sleep(1_500);
    network.swallow();
    await Bun.sleep(500);
    server.signal("SIGKILL");
    await server.exited;
    await Promise.all(callers);
    network.restore();
  }
  using again = await startProcess(folder.path, { env });
  await until(() => emptied(folder.path) === 1, "the spool is replayed");
  again.signal("SIGTERM");
  expect(await again.exited).toBe(0);
  const client = new Client({ connectionString: direct });
  await client.connect();
  const { rows } = await client.query<{ request_id: string }>("select request_id from usage_records");
  const { rows: sums } = await client.query("select sum(requests) as n from usage_rollups");
  await client.end();
  const ids = new Set(rows.map(({ request_id }) => request_id));
  expect([...answered].filter((id) => !ids.has(id))).toEqual([]);
  expect(ids.size).toBe(rows.length);
  expect(Number(sums[0].n)).toBe(rows.length);
  console.log(`${answered.size} answers, ${rows.length} rows after an outage and a kill`);
}, 120_000);

test("a spool that cannot be written: calls are answered, /readyz says so, and nothing is lost", async () => {
  using folder = scratchFolder();
  await Bun.write(join(folder.path, "spool"), "no folder");
  using server = await startProcess(folder.path);
  await serveAndCheck(folder.path, server, async () => {
    expect(await readyz(server)).toContain("the data folder cannot be written");
    expect(server.stderr()).toContain("spool_unusable");
  });
}, 60_000);

const mount = (spool: string) =>
  Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", spool]).success;

test("a spool's disk that is full: calls are answered, /readyz and the log say so, it goes on when there is room", async () => {
  using folder = scratchFolder();
  const spool = join(folder.path, "spool");
  mkdirSync(spool);
  // A small disk needs root on Linux; elsewhere the writer's own tests put a full one in place of the file system.
  if (!mount(spool)) {
    console.log("not allowed to mount a small disk: see spool.test.ts for the full disk");
    return;
  }
  try {
    using server = await startProcess(folder.path);
    await serveAndCheck(folder.path, server, async () => {
      Bun.spawnSync(["dd", "if=/dev/zero", `of=${join(spool, "ballast")}`, "bs=1k"]);
      await until(async () => (await readyz(server)).includes("no room"), "it says so");
      expect(server.stderr()).toContain("spool_full");
      Bun.spawnSync(["rm", join(spool, "ballast")]);
      await until(async () => !(await readyz(server)).includes("no room"), "it goes on");
      expect(server.stderr()).toContain("spool_resumed");
    });
  } finally {
    Bun.spawnSync(["umount", "-l", spool]);
  }
}, 60_000);

async function readyz({ url }: ServerProcess): Promise<string> {
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(200);
  return response.text();
}

/** Calls while `check` looks on; then the server ends, and every answer is in the ledger once. */
async function serveAndCheck(
  dataDir: string,
  server: ServerProcess,
  check: () => Promise<void>,
): Promise<void> {
  const answered: Answered = new Set();
  const callers = [0, 1].map((index) => callUntilKilled(server, answered, index === 0));
  await until(() => answered.size > 100, "calls are answered");
  await check();
  const before = answered.size;
  await until(() => answered.size > before + 20, "calls go on");
  server.signal("SIGTERM");
  await server.exited;
  await Promise.all(callers);
  const database = new Database(join(dataDir, "penstock.db"), { readonly: true });
  const rows = database.query<{ request_id: string }, []>("select request_id from usage_records").all();
  database.close();
  const ids = new Set(rows.map(({ request_id }) => request_id));
  expect([...answered].filter((id) => !ids.has(id))).toEqual([]);
  expect(ids.size).toBe(rows.length);
}
