import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startPenstock } from "../penstock.ts";
import { readMetrics } from "../read-metrics.ts";
import { startWorld, type World } from "./world.ts";

// What an operator's Prometheus reads, after calls whose number is known.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const scrape = async () => readMetrics(await (await fetch(`${world.penstock.url}/metrics`)).text());

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 5_000 && !(await condition()); waited += 50) await Bun.sleep(50);
  expect(await condition()).toBe(true);
}

const messages = [{ role: "user", content: "Say hello to the whole world." }];
const chat = (model: string, more = {}) => ({ model, messages, ...more });
const text = async (path: string, body: unknown) => (await world.penstock.post(path, body)).text();

describe("counts every call once, by how it ended", () => {
  test("on all surfaces, streams, failures and clients that leave", async () => {
    const { penstock, chat: vendor } = world;
    const contents = [{ role: "user", parts: [{ text: "hi" }] }];
    for (const stream of [false, true]) {
      await text("/v1/chat/completions", chat("gpt-4o-mini", { stream }));
      await text("/v1/messages", { ...chat("claude-sonnet-4-5", { stream }), max_tokens: 100 });
      await text("/v1/messages", { ...chat("gpt-4o-mini", { stream }), max_tokens: 100 });
      await text("/v1/responses", { model: "playground-llm", input: "hi", stream });
    }
    await text("/v1beta/models/playground-llm:generateContent", { contents });
    await text("/v1beta/models/playground-llm:streamGenerateContent?alt=sse", { contents });
    await text("/v1/embeddings", { model: "playground-embed", input: "hi" });
    // `logit_bias` has no place in a Messages body.
    await text("/v1/chat/completions", chat("claude-sonnet-4-5", { logit_bias: { "1": 2 }, max_tokens: 50 }));

    vendor.reply({ status: 500, json: { error: { message: "no", type: "server_error" } } });
    expect((await penstock.post("/v1/chat/completions", chat("gpt-4o-mini"))).status).toBe(500);
    expect((await penstock.post("/v1/chat/completions", chat("no-such-model"))).status).toBe(404);
    expect((await penstock.post("/v1/chat/completions", "{")).status).toBe(400);
    const headers = { authorization: "Bearer psk_wrong" };
    expect((await penstock.post("/v1/chat/completions", chat("gpt-4o-mini"), { headers })).status).toBe(401);
    expect((await fetch(`${penstock.url}/v1/nothing`)).status).toBe(404);

    vendor.reply({ recording: "openai/chat/openai-text.chunks.txt", pace: { silentAfter: 1_200 } });
    const client = new AbortController();
    const left = await penstock.post("/v1/chat/completions", chat("gpt-4o-mini", { stream: true }), {
      signal: client.signal,
    });
    await left.body?.getReader().read();
    const during = await scrape();
    expect(during.value("penstock_open_streams")).toBe(1);
    expect(during.value("penstock_requests_in_flight")).toBe(1);
    client.abort();
    await until(async () => (await scrape()).value("penstock_open_streams") === 0);

    const told = await scrape();
    const requests = (labels: Record<string, string>) => told.sum("penstock_requests_total", labels);
    const ofChat = { surface: "openai-chat", driver: "openai_completions" };
    expect(requests({ ...ofChat, stream: "false", outcome: "completed", status: "2xx" })).toBe(1);
    expect(requests({ ...ofChat, stream: "true", outcome: "completed", status: "2xx" })).toBe(1);
    expect(requests({ ...ofChat, outcome: "failed", status: "5xx" })).toBe(1);
    expect(requests({ ...ofChat, outcome: "client_disconnected", status: "4xx", stream: "true" })).toBe(1);
    expect(requests({ surface: "openai-chat", driver: "none", outcome: "failed", status: "4xx" })).toBe(2);
    expect(requests({ surface: "openai-chat", driver: "anthropic" })).toBe(1);
    expect(requests({ surface: "anthropic-messages", protocol: "anthropic-messages" })).toBe(2);
    expect(requests({ surface: "anthropic-messages", protocol: "openai-chat" })).toBe(2);
    expect(requests({ surface: "openai-responses", protocol: "in-process", outcome: "completed" })).toBe(2);
    expect(requests({ surface: "gemini", outcome: "completed" })).toBe(2);
    expect(requests({ surface: "openai-embeddings" })).toBe(1);
    expect(requests({})).toBe(16);

    expect(told.sum("penstock_errors_total", { driver: "openai_completions", code: "upstream_error" })).toBe(
      1,
    );
    expect(told.sum("penstock_errors_total", { driver: "none", code: "model_not_found" })).toBe(1);
    expect(told.sum("penstock_errors_total", { driver: "none", code: "invalid_json" })).toBe(1);
    expect(told.sum("penstock_errors_total", {})).toBe(3);
    expect(told.sum("penstock_refusals_total", { code: "key_invalid" })).toBe(1);
    expect(told.sum("penstock_refusals_total", { code: "not_found" })).toBe(1);
    expect(told.sum("penstock_refusals_total", {})).toBe(2);
    expect(told.sum("penstock_losses_total", { surface: "openai-chat", action: "dropped" })).toBe(1);

    // Those that found a model, and no others, took time of a provider's.
    expect(told.sum("penstock_request_duration_seconds_count", {})).toBe(14);
    expect(told.sum("penstock_first_byte_seconds_count", {})).toBe(12);
    expect(told.sum("penstock_overhead_seconds_count", {})).toBe(14);
    expect(told.sum("penstock_overhead_seconds_bucket", { le: "+Inf" })).toBe(14);
  }, 30_000);

  test("with the tokens and costs that the ledger has", async () => {
    const { penstock } = world;
    await until(async () => (await scrape()).value("penstock_ledger_written_total") === 16);
    const rows = (await penstock.api("GET", "/requests?limit=100")).body as {
      data: { usage: Record<string, number>; cost_usd: number | null }[];
    };
    expect(rows.data.length).toBe(16);
    const told = await scrape();
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(told.sum("penstock_tokens_total", { bucket: "output" })).toBe(
      sum(rows.data.map(({ usage }) => usage.output ?? 0)),
    );
    expect(told.sum("penstock_cost_usd_total", {})).toBeCloseTo(
      sum(rows.data.map(({ cost_usd }) => cost_usd ?? 0)),
      9,
    );
    expect(told.sum("penstock_cost_usd_total", {})).toBeGreaterThan(0);
  });
});

test("overhead has neither the vendor's time nor the client's in it, streams included", async () => {
  const before = await scrape();
  world.chat.reply({
    recording: "openai/chat/openai-text.chunks.txt",
    pace: { chunkBytes: 9828, betweenMs: 40 },
  });
  const started = performance.now();
  await text("/v1/chat/completions", chat("gpt-4o-mini", { stream: true }));
  const took = (performance.now() - started) / 1000;
  const after = await scrape();
  const labels = { surface: "openai-chat", stream: "true" };
  const added = (name: string) => after.sum(name, labels) - before.sum(name, labels);
  expect(took).toBeGreaterThan(0.3);
  expect(added("penstock_overhead_seconds_count")).toBe(1);
  expect(added("penstock_overhead_seconds_sum")).toBeGreaterThan(0);
  expect(added("penstock_overhead_seconds_sum")).toBeLessThan(took / 4);
}, 20_000);

test("says how the rest of the server is", async () => {
  const told = await scrape();
  expect(told.value("penstock_storage_up")).toBe(1);
  expect(told.value("penstock_ledger_lost_total")).toBe(0);
  expect(told.value("penstock_snapshot_version")).toBeGreaterThan(0);
  expect(told.value("penstock_snapshot_build_failures")).toBe(0);
  expect(told.sum("penstock_providers", { status: "available" })).toBeGreaterThanOrEqual(2);
  expect(told.sum("penstock_jobs_running", {})).toBeGreaterThanOrEqual(0);
  expect(told.value("process_resident_memory_bytes")).toBeGreaterThan(1e6);
  expect(told.value("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(told.value("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
  expect(told.sum("penstock_build_info", {})).toBe(1);
});

test("thousands of models, keys and paths that do not exist add no series", async () => {
  const { penstock } = world;
  const bogus = async (i: number) => {
    const name = `bogus-${i}-${crypto.randomUUID()}`;
    const kind = i % 3;
    const response =
      kind === 0
        ? await penstock.post("/v1/chat/completions", chat(name))
        : kind === 1
          ? await penstock.post("/v1/chat/completions", chat("gpt-4o-mini"), {
              headers: { authorization: `Bearer psk_${name}` },
            })
          : await fetch(`${penstock.url}/v1/${name}`, { method: "POST" });
    await response.body?.cancel();
    return response.status;
  };
  for (let i = 0; i < 3; i++) await bogus(i);
  const before = await scrape();
  const seen = new Set<number>();
  for (let i = 0; i < 5_000; i += 50) {
    const statuses = await Promise.all(Array.from({ length: 50 }, (_, j) => bogus(i + j)));
    for (const status of statuses) seen.add(status);
  }
  expect([...seen].sort()).toEqual([401, 404]);
  const after = await scrape();
  expect(after.text).not.toContain("bogus");
  expect(after.series.length).toBe(before.series.length);
  const refused = after.sum("penstock_refusals_total", {}) - before.sum("penstock_refusals_total", {});
  const failed = after.sum("penstock_errors_total", {}) - before.sum("penstock_errors_total", {});
  expect(refused + failed).toBe(5_000);
}, 60_000);

test("who may not read them learns nothing", async () => {
  const token = "scrape-0123456789abcdef";
  for (const [setting, headers, status] of [
    ["off", {}, 404],
    ["local", {}, 200],
    ["local", { "x-forwarded-for": "203.0.113.9" }, 403],
    ["local", { host: "rebound.example" }, 403],
    ["open", { host: "llm.example.com" }, 200],
    [`token:${token}`, {}, 401],
    [`token:${token}`, { authorization: `Bearer ${token}` }, 200],
  ] as const) {
    await using penstock = await startPenstock({ env: { PENSTOCK_METRICS: setting } });
    const answer = await fetch(`${penstock.url}/metrics?x=1`, { headers });
    const told = await answer.text();
    expect([setting, answer.status]).toEqual([setting, status]);
    expect(told.includes("penstock_requests_total")).toBe(status === 200);
  }
}, 60_000);

test("they are read, and not under a gateway URL's token", async () => {
  const { penstock } = world;
  expect((await fetch(`${penstock.url}/metrics`, { method: "POST" })).status).toBe(405);
  const head = await fetch(`${penstock.url}/metrics`, { method: "HEAD" });
  expect([head.status, head.headers.get("content-type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  expect((await fetch(`${penstock.gatewayUrl}/metrics`)).status).toBe(404);
});
