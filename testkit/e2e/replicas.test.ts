import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { testPostgres } from "../postgres.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { type ServerProcess, scratchFolder, spawnServer, startProcess } from "./server-process.ts";
import { messagesSurface } from "./world.ts";

/** A server process beside the first, on the same database and master key. */
interface Replica extends Disposable {
  readonly url: string;
}

let vendor: MockVendor;
let databaseUrl: string;
let one: ServerProcess;
let other: Replica;
let gateway: Replica;
let control: Replica;
let network: TcpProxy;
const folders = Array.from({ length: 4 }, scratchFolder);

async function startReplica(index: number, env: Readonly<Record<string, string>>): Promise<Replica> {
  const child = spawnServer(folders[index]?.path ?? "", { env });
  const url = await child.until(/serves on (http:\/\/localhost:\d+)\n/);
  return { ...child, url, [Symbol.dispose]: child[Symbol.dispose] };
}

beforeAll(async () => {
  vendor = startAnthropicMock();
  const postgres = await testPostgres();
  databaseUrl = await postgres.createDatabase();
  network = startTcpProxy(postgres.port);
  const shared = {
    PENSTOCK_DATABASE_URL: databaseUrl,
    PENSTOCK_MASTER_KEY: `main:${randomBytes(32).toString("base64")}`,
    PENSTOCK_EGRESS_ALLOW: "127.0.0.1",
    PENSTOCK_PROBE_SECONDS: "0",
  };
  one = await startProcess(folders[0]?.path ?? "", { env: shared });
  const through = new URL(databaseUrl);
  through.port = String(network.port);
  [other, gateway, control] = await Promise.all([
    startReplica(1, { ...shared, PENSTOCK_DATABASE_URL: through.href }),
    startReplica(2, { ...shared, PENSTOCK_ROLE: "gateway" }),
    startReplica(3, { ...shared, PENSTOCK_ROLE: "control" }),
  ]);
}, 60_000);
afterAll(async () => {
  for (const each of [one, other, gateway, control, network, ...folders]) each?.[Symbol.dispose]();
  await vendor.close();
});

/** Administers at `at`; throws when it is refused. */
async function manage<T>(at: Replica, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${at.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${one.bootstrap.admin_key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function ask(at: Replica, { key, model }: { key: string; model: string }): Promise<number> {
  const response = await fetch(`${at.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key },
    body: JSON.stringify(messagesSurface.body(model)),
  });
  await response.text();
  return response.status;
}

/** Milliseconds from the acknowledgement of a change until `at` answers so. */
async function inForce(at: Replica, call: { key: string; model: string }, status: number): Promise<number> {
  const started = performance.now();
  while ((await ask(at, call)) !== status) {
    if (performance.now() - started > 10_000) throw new Error(`no ${status} within 10 s`);
    await Bun.sleep(5);
  }
  return Math.round(performance.now() - started);
}

const addProvider = (name: string) =>
  manage<{ id: string }>(one, "POST", "/providers?discover=false", {
    name,
    driver: "anthropic",
    base_url: vendor.url,
    credentials: { api_key: vendor.apiKey },
    models: ["claude-sonnet-4-5"],
  });

/** Every kind of change, made on one replica; how long each took to be in force on another, in milliseconds. */
async function changeEverything(at: Replica, name: string): Promise<Record<string, number>> {
  const model = `${name}/claude-sonnet-4-5`;
  const gatewayKey = one.bootstrap.gateway_key;
  const took: Record<string, number> = {};
  const provider = await addProvider(name);
  took.provider_created = await inForce(at, { key: gatewayKey, model }, 200);
  const { data } = await manage<{ data: { id: string }[] }>(one, "GET", `/models?provider_id=${provider.id}`);
  const path = `/models/${data[0]?.id}`;
  await manage(one, "PATCH", path, { enabled: false });
  took.model_disabled = await inForce(at, { key: gatewayKey, model }, 404);
  await manage(one, "PATCH", path, { enabled: true });
  took.model_enabled = await inForce(at, { key: gatewayKey, model }, 200);
  const made = await manage<{ value: string; id: string }>(one, "POST", "/keys", { name });
  took.key_created = await inForce(at, { key: made.value, model }, 200);
  await manage(one, "DELETE", `/keys/${made.id}`);
  took.key_revoked = await inForce(at, { key: made.value, model }, 401);
  await manage(one, "PATCH", `/providers/${provider.id}`, { enabled: false });
  took.provider_disabled = await inForce(at, { key: gatewayKey, model }, 404);
  return took;
}

test("a change on one replica is in force on the other within a second", async () => {
  const took = await changeEverything(other, "first");
  console.log(`in force on the other replica after ms: ${JSON.stringify(took)}`);
  for (const ms of Object.values(took)) expect(ms).toBeLessThan(1_000);
}, 60_000);

test("while nobody can LISTEN, polling brings it within three seconds", async () => {
  const postgres = await testPostgres();
  const listening = `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' or query = 'select 1'`;
  let cutting = true;
  const cutter = (async () => {
    while (cutting) {
      await postgres.run(databaseUrl, listening);
      await Bun.sleep(20);
    }
  })();
  try {
    await Bun.sleep(200);
    const took = await changeEverything(other, "second");
    console.log(`without LISTEN after ms: ${JSON.stringify(took)}`);
    for (const ms of Object.values(took)) expect(ms).toBeLessThan(3_000);
    // Else LISTEN worked, and this showed nothing.
    expect(Math.max(...Object.values(took))).toBeGreaterThan(300);
  } finally {
    cutting = false;
    await cutter;
  }
}, 60_000);

test("a replica that was cut off from the database has what it missed soon after", async () => {
  network.cut();
  const made = await manage<{ value: string; id: string }>(one, "POST", "/keys", { name: "missed" });
  await Bun.sleep(300);
  expect(await ask(other, { key: made.value, model: "playground-llm" })).toBe(401);
  expect(await ask(other, { key: one.bootstrap.gateway_key, model: "playground-llm" })).toBe(200);
  network.restore();
  expect(await inForce(other, { key: made.value, model: "playground-llm" }, 200)).toBeLessThan(5_000);
}, 30_000);

describe("a process of one role", () => {
  test("gateway: answers calls and nothing else, and writes the ledger", async () => {
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": one.bootstrap.gateway_key },
      body: JSON.stringify(messagesSurface.body("playground-llm")),
    });
    expect(response.status).toBe(200);
    await response.text();
    const requestId = response.headers.get("x-request-id") ?? response.headers.get("request-id") ?? "";
    for (const path of ["/api/v1/providers", "/api/v1/openapi.json", "/setup", "/docs", "/"]) {
      const refused = await fetch(`${gateway.url}${path}`);
      expect(refused.status).toBe(404);
      expect(await refused.json()).toMatchObject({ error: { code: "not_found" } });
    }
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
    const started = performance.now();
    let row: { status?: number } = {};
    while (row.status === undefined && performance.now() - started < 10_000) {
      row = await manage<{ status: number }>(control, "GET", `/requests/${requestId}`).catch(() => ({}));
    }
    expect(row.status).toBe(200);
  }, 20_000);

  test("control: administers and is healthy, but takes no call of a model", async () => {
    const { data } = await manage<{ data: unknown[] }>(control, "GET", "/providers");
    expect(data.length).toBeGreaterThan(0);
    expect((await fetch(`${control.url}/readyz`)).status).toBe(200);
    for (const path of ["/v1/messages", "/v1/chat/completions", "/v1/models"]) {
      const refused = await fetch(`${control.url}${path}`, {
        headers: { authorization: `Bearer ${one.bootstrap.gateway_key}` },
      });
      expect(refused.status).toBe(404);
      await refused.text();
    }
  });

  test("what control changes is in force at the gateway within a second", async () => {
    const made = await manage<{ value: string }>(control, "POST", "/keys", { name: "split" });
    expect(await inForce(gateway, { key: made.value, model: "playground-llm" }, 200)).toBeLessThan(1_000);
  });
});
