import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { startHaproxy, type TestHaproxy } from "../haproxy.ts";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { freePort } from "../ports.ts";
import { testPostgres } from "../postgres.ts";
import { startRedis, type TestRedis } from "../redis.ts";
import {
  addProvider,
  type ServerProcess,
  scratchFolder,
  spawnServer,
  startProcess,
} from "./server-process.ts";
import { chatSurface } from "./world.ts";

const folders = Array.from({ length: 3 }, scratchFolder);
const ports = folders.map(freePort);
let vendor: MockVendor;
let redis: TestRedis;
let replicas: Replica[];
let balancer: TestHaproxy;
let shared: Readonly<Record<string, string>>;

/** The operator's keys: only the replica that made the organization has them in its folder. */
let adminKey: string;

type Replica = Pick<ServerProcess, "signal" | "exited" | typeof Symbol.dispose>;

const settingsOf = (index: number) => ({ env: { ...shared, PENSTOCK_PORT: String(ports[index]) } });

async function startReplica(index: number): Promise<Replica> {
  const replica = spawnServer(folders[index]?.path ?? "", settingsOf(index));
  await replica.until(/serves on (http:\/\/localhost:\d+)\n/);
  return replica;
}

beforeAll(async () => {
  vendor = startOpenAiChatMock();
  const postgres = await testPostgres();
  redis = await startRedis();
  shared = {
    PENSTOCK_DATABASE_URL: await postgres.createDatabase(),
    PENSTOCK_REDIS_URL: redis.url,
    // On a busy machine an answer may be late; this is about exactness, not about what happens then.
    PENSTOCK_REDIS_TIMEOUT_MS: "2000",
    PENSTOCK_MASTER_KEY: `main:${randomBytes(32).toString("base64")}`,
    PENSTOCK_EGRESS_ALLOW: "127.0.0.1",
    PENSTOCK_PROBE_SECONDS: "0",
  };
  const first = await startProcess(folders[0]?.path ?? "", settingsOf(0));
  adminKey = first.bootstrap.admin_key;
  await addProvider(first, {
    name: "vendor",
    driver: "openai_completions",
    base_url: `${vendor.url}/v1`,
    credentials: { api_key: vendor.apiKey },
    models: ["gpt-4o-mini"],
  });
  replicas = [first, await startReplica(1), await startReplica(2)];
  balancer = await startHaproxy(ports);
}, 90_000);
afterAll(async () => {
  balancer?.[Symbol.dispose]();
  for (const each of [...(replicas ?? []), ...folders]) each[Symbol.dispose]();
  await Promise.all([vendor.close(), redis?.close()]);
});

async function manage<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${ports[0]}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** One call through the balancer, on a connection of its own, so that all replicas get some. */
function call(key: string, more: Readonly<Record<string, unknown>> = {}): Promise<Response> {
  return fetch(`${balancer.url}/v1/chat/completions`, {
    method: "POST",
    keepalive: false,
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(chatSurface.body("vendor/gpt-4o-mini", more)),
  });
}

/** What the vendor answers and says that it used. */
function answer({ completion, delayMs }: { completion: number; delayMs: number }) {
  return {
    pace: { delayMs },
    json: {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1,
      model: "gpt-4o-mini",
      choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
      usage: { prompt_tokens: 10, completion_tokens: completion, total_tokens: 10 + completion },
    },
  };
}

/** Waits until every replica knows the key. */
async function inForce(key: string): Promise<void> {
  for (let good = 0; good < 3 * ports.length; ) {
    const response = await call(key);
    await response.text();
    good = response.status === 200 ? good + 1 : 0;
    if (good === 0) await Bun.sleep(50);
  }
}

/** Ids of the ledger's rows of a key. */
async function ledgerOf(keyId: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  do {
    const page: { data: { id: string }[]; next_cursor: string | null } = await manage(
      "GET",
      `/requests?key=${keyId}&limit=100${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor ?? "";
  } while (cursor !== "");
  return ids;
}

test("200 concurrent requests over three replicas against a budget for one: exactly one is admitted", async () => {
  const { value, id } = await manage<{ value: string; id: string }>("POST", "/keys", { name: "one-only" });
  // Two of these requests would not fit: each may cost up to 100 tokens of output.
  await manage("POST", "/limits", { subject: { kind: "key", id }, day_usd: 0.0001 });
  await Bun.sleep(1_000);
  // It uses what was held for it: when it is over, no more room is left than before.
  vendor.answerAll(() => answer({ completion: 100, delayMs: 50 }));
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = await call(value, { max_tokens: 100 });
      await response.text();
      return response.status;
    }),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 402)).toHaveLength(199);
}, 60_000);

test("a replica killed with -9 under load: nothing that was answered is missing from the ledger, nothing is in it twice", async () => {
  const { value, id } = await manage<{ value: string; id: string }>("POST", "/keys", { name: "under-load" });
  await inForce(value);
  vendor.answerAll(() => answer({ completion: 2, delayMs: 5 + Math.random() * 30 }));
  const answered: string[] = [];
  let broken = 0;
  let running = true;
  const callers = Array.from({ length: 24 }, async () => {
    while (running) {
      try {
        const response = await call(value);
        await response.text();
        if (response.status === 200) answered.push(response.headers.get("x-penstock-request-id") ?? "");
        else broken++;
      } catch {
        broken++;
      }
    }
  });
  while (answered.length < 150) await Bun.sleep(5);
  const [, victim] = replicas;
  victim?.signal("SIGKILL");
  await victim?.exited;
  const atKill = answered.length;
  // The others go on.
  while (answered.length < atKill + 150) await Bun.sleep(5);
  // What the dead one had answered is in its folder: whoever starts there writes it down.
  replicas[1] = await startReplica(1);
  while (answered.length < atKill + 300) await Bun.sleep(5);
  running = false;
  await Promise.all(callers);
  vendor.answerAll(undefined);

  const deadline = Date.now() + 10_000;
  let rows = await ledgerOf(id);
  while (answered.some((one) => !rows.includes(one)) && Date.now() < deadline) {
    await Bun.sleep(200);
    rows = await ledgerOf(id);
  }
  expect(answered.filter((one) => !rows.includes(one))).toEqual([]);
  expect(new Set(rows).size).toBe(rows.length);
  // Only what was on its way through the dead replica, or sent there before its absence was noticed.
  expect(broken).toBeLessThan(120);
  const usage = await manage<{ data: { requests: number }[] }>("GET", `/usage?key=${id}&group_by=key`);
  expect(usage.data.reduce((sum, { requests }) => sum + requests, 0)).toBe(rows.length);
}, 90_000);
