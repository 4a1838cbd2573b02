import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { allButOne } from "../all-but-one.ts";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { addProvider, scratchFolder } from "./server-process.ts";
import { startWorkers, times, until, type WorkerServer } from "./worker-processes.ts";
import { messagesSurface } from "./world.ts";

// Limits and budgets hold over four processes as they do in one.

const folder = scratchFolder();
let server: WorkerServer;
let vendor: MockVendor;

beforeAll(async () => {
  vendor = startAnthropicMock();
  server = await startWorkers(folder.path);
  await addProvider(server, {
    name: "priced",
    driver: "anthropic",
    base_url: vendor.url,
    credentials: { api_key: vendor.apiKey },
    models: ["claude-sonnet-4-5"],
  });
}, 30_000);
afterAll(async () => {
  server[Symbol.dispose]();
  await vendor.close();
  folder[Symbol.dispose]();
});

interface LimitedKey {
  readonly value: string;
  readonly limitId: string;
}

async function limitedKey(name: string, limit: Readonly<Record<string, number>>): Promise<LimitedKey> {
  const { id, value } = await server.manage<{ id: string; value: string }>("POST", "/keys", { name });
  const made = await server.manage<{ id: string }>("POST", "/limits", {
    subject: { kind: "key", id },
    ...limit,
  });
  return { value, limitId: made.id };
}

async function ask(key: LimitedKey): Promise<number> {
  const response = await fetch(`${server.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key.value, "content-type": "application/json" },
    body: JSON.stringify(messagesSurface.body("claude-sonnet-4-5")),
    keepalive: false,
  });
  await response.text();
  return response.status;
}

/** Of 200 tokens of output at 15 USD a million: 0.003 USD and a little, so that one fits and two do not. */
const budgetForOne = 0.005;

const cases = [
  { title: "budget", limit: { day_usd: budgetForOne }, refused: 402 },
  { title: "number of requests", limit: { requests_per_minute: 1 }, refused: 429 },
  { title: "number of calls at once", limit: { concurrency: 1 }, refused: 429 },
] as const;

describe.each(cases)("200 at once against a $title for one", ({ title, limit, refused }) => {
  test("exactly one is admitted", async () => {
    const key = await limitedKey(title, limit);
    const asked = vendor.requests.length;
    // Nothing is settled before all have asked.
    const { decided, answered } = allButOne(200);
    const pace = { delayMs: 10_000, until: decided };
    vendor.answerAll(() => ({ recording: "anthropic/anthropic-text.json", pace }));
    const met = await times(200, async () => answered(await ask(key)));
    vendor.answerAll(undefined);
    expect(met.filter((status) => status === 200)).toHaveLength(1);
    expect(met.filter((status) => status === refused)).toHaveLength(199);
    expect(vendor.requests.length - asked).toBe(1);
  }, 30_000);
});

test("what calls at different workers used adds up, and the API tells it", async () => {
  const key = await limitedKey("sum", { requests_per_minute: 1_000, day_usd: 10 });
  await times(20, () => ask(key));
  interface Told {
    readonly levels: readonly { readonly measure: string; readonly used: number }[];
  }
  const used = async (measure: string) => {
    const told = await server.manage<Told>("GET", `/limits/${key.limitId}`);
    return told.levels.find((level) => level.measure === measure)?.used ?? 0;
  };
  expect(await used("requests_per_minute")).toBe(20);
  expect(await used("day_usd")).toBeGreaterThan(0);
});

test("a worker that dies gives back the places its calls held", async () => {
  const key = await limitedKey("dying", { concurrency: 6 });
  vendor.answerAll(() => ({ recording: "anthropic/anthropic-text.json", pace: { delayMs: 30_000 } }));
  const held = times(6, () => ask(key).catch(() => 0));
  const asked = vendor.requests.length;
  await until(() => vendor.requests.length >= asked + 6);
  expect(await ask(key)).toBe(429);
  for (const worker of server.workers()) process.kill(worker, "SIGKILL");
  expect(await held).toEqual([0, 0, 0, 0, 0, 0]);
  vendor.answerAll(undefined);
  await until(async () => (await fetch(`${server.url}/readyz`).catch(() => undefined))?.ok === true);
  expect(await times(6, () => ask(key).catch(() => 0))).toEqual([200, 200, 200, 200, 200, 200]);
}, 30_000);
