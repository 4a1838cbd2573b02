import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHmac, randomBytes } from "node:crypto";
import { allButOne } from "../all-but-one.ts";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { testPostgres } from "../postgres.ts";
import { startRedis, type TestRedis } from "../redis.ts";
import { type LimitedKey, limitedKey } from "./limited-key.ts";
import { type ServerProcess, scratchFolder, spawnServer, startProcess } from "./server-process.ts";
import { messagesSurface } from "./world.ts";

// Three replicas over one PostgreSQL and one Redis, as processes.

interface Replica extends Disposable {
  readonly url: string;
  readonly stderr: () => string;
}

let vendor: MockVendor;
let redis: TestRedis;
let one: ServerProcess;
let replicas: readonly Replica[] = [];
const password = `redis-${randomBytes(8).toString("hex")}`;
const folders = Array.from({ length: 3 }, scratchFolder);

beforeAll(async () => {
  vendor = startAnthropicMock();
  redis = await startRedis({ password });
  const env = {
    PENSTOCK_DATABASE_URL: await (await testPostgres()).createDatabase(),
    PENSTOCK_MASTER_KEY: `main:${randomBytes(32).toString("base64")}`,
    PENSTOCK_EGRESS_ALLOW: "127.0.0.1",
    PENSTOCK_PROBE_SECONDS: "0",
    PENSTOCK_REDIS_URL: redis.url,
    // What is shared must not fail since this machine is busy with other tests.
    PENSTOCK_REDIS_TIMEOUT_MS: "500",
  };
  one = await startProcess(folders[0]?.path ?? "", { env });
  const others = folders.slice(1).map(async ({ path }) => {
    const child = spawnServer(path, { env: { ...env, PENSTOCK_ROLE: "gateway" } });
    return { ...child, url: await child.until(/serves on (http:\/\/localhost:\d+)\n/) };
  });
  replicas = [one, ...(await Promise.all(others))];
  await api("POST", "/providers?discover=false", {
    name: "main",
    driver: "anthropic",
    base_url: vendor.url,
    credentials: { api_key: vendor.apiKey },
    models: ["claude-sonnet-4-5"],
  });
}, 90_000);
afterAll(async () => {
  redis?.thaw();
  for (const each of [...replicas, ...folders]) each[Symbol.dispose]();
  await vendor?.close();
  await redis?.close();
});

async function api(method: string, path: string, body?: unknown) {
  const response = await fetch(`${one.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${one.bootstrap.admin_key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
}

async function ask(at: Replica | undefined, { value }: Pick<LimitedKey, "value">): Promise<number> {
  const response = await fetch(`${at?.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": value },
    body: JSON.stringify(messagesSurface.body("main/claude-sonnet-4-5")),
  });
  await response.text();
  return response.status;
}

/** A key with limits, known to every replica. */
async function newKey(numbers: Readonly<Record<string, unknown>>): Promise<LimitedKey> {
  const key = await limitedKey({ api } as Parameters<typeof limitedKey>[0], numbers);
  for (const at of replicas)
    await until(async () => (await fetch(`${at.url}/v1/models`, { headers: { "x-api-key": key.value } })).ok);
  // The limit came after the key.
  await Bun.sleep(300);
  return key;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("It did not come to that in 15 seconds.");
    await Bun.sleep(20);
  }
}

async function limitsOf(at: Replica | undefined): Promise<string> {
  const response = await fetch(`${at?.url}/readyz`);
  return String(((await response.json()) as { limits?: string }).limits);
}

test("of 200 at once on three replicas, one gets in where there is room for one", async () => {
  for (const numbers of [{ concurrency: 1 }, { requests_per_minute: 1 }, { month_usd: 0.0045 }]) {
    const key = await newKey(numbers);
    const { decided, answered } = allButOne(200);
    vendor.reply({
      recording: "anthropic/anthropic-text.json",
      pace: { delayMs: 10_000, until: decided },
    });
    const calls = Array.from({ length: 200 }, async (_, n) => answered(await ask(replicas[n % 3], key)));
    const statuses = await Promise.all(calls);
    expect([numbers, statuses.filter((status) => status === 200).length]).toEqual([numbers, 1]);
    expect(statuses.filter((status) => status !== 200 && status !== 429 && status !== 402)).toEqual([]);
  }
}, 60_000);

test("a budget that is half spent is told once, signed, whoever of the replicas noticed it", async () => {
  const told: { readonly headers: Headers; readonly body: string }[] = [];
  const receiver = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    async fetch(request) {
      told.push({ headers: request.headers, body: await request.text() });
      return new Response();
    },
  });
  const url = `http://127.0.0.1:${receiver.port}/hook`;
  const { body: hook } = await api("POST", "/webhooks", { name: "ops", url });
  const key = await newKey({ day_usd: 0.02 });
  let calls = 0;
  await until(async () => (await ask(replicas[calls++ % 3], key)) === 402);
  const percents = () =>
    told.map(({ body }) => JSON.parse(body).data.threshold_percent as number).toSorted((a, b) => a - b);
  await until(async () => percents().includes(100));
  await Bun.sleep(1_500);
  expect(percents()).toEqual([50, 80, 100]);
  for (const { headers, body } of told) {
    const signed = `${headers.get("webhook-id")}.${headers.get("webhook-timestamp")}.${body}`;
    const secret = Buffer.from(String(hook.secret).slice("whsec_".length), "base64");
    const signature = createHmac("sha256", secret).update(signed).digest("base64");
    expect(headers.get("webhook-signature")).toBe(`v1,${signature}`);
  }
  await receiver.stop(true);
}, 60_000);

test("without Redis every replica serves its share and says so, and shares again when it is back", async () => {
  const key = await newKey({ month_usd: 100 });
  for (const at of replicas) expect([await ask(at, key), await limitsOf(at)]).toEqual([200, "ok"]);
  redis.freeze();
  await Promise.all(replicas.flatMap((at) => Array.from({ length: 4 }, () => ask(at, key))));
  for (const at of replicas) {
    await until(async () =>
      (await limitsOf(at)).startsWith("redis unreachable: counting this replica's share"),
    );
    const began = performance.now();
    expect(await ask(at, key)).toBe(200);
    expect(performance.now() - began).toBeLessThan(400);
  }
  const metrics = await (await fetch(`${one.url}/metrics`)).text();
  expect(metrics).toContain("\npenstock_limits_shared 0\n");
  expect(metrics).toMatch(/\npenstock_limits_alone_total [1-9]/);
  redis.thaw();
  for (const at of replicas) await until(async () => (await limitsOf(at)) === "ok");
  const before = (await key.levels()).month_usd?.used;
  await redis.kill();
  for (const at of replicas) await until(async () => (await limitsOf(at)) !== "ok");
  for (const at of replicas) expect(await ask(at, key)).toBe(200);
  await redis.start();
  for (const at of replicas) await until(async () => (await limitsOf(at)) === "ok");
  await until(async () => Number((await key.levels()).month_usd?.used) > Number(before));
  for (const at of replicas) {
    expect(at.stderr()).toContain("limits_not_shared");
    expect(at.stderr()).not.toContain(password);
  }
}, 60_000);
