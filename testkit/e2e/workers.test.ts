import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import { addProvider, scratchFolder, spawnServer } from "./server-process.ts";
import { startWorkers, statusOf, times, until, type WorkerServer, workerCount } from "./worker-processes.ts";
import { chatSurface, messagesSurface } from "./world.ts";

// Four processes on one port are one server to whoever calls it.

const folder = scratchFolder();
let server: WorkerServer;

beforeAll(async () => {
  server = await startWorkers(folder.path, { env: { PENSTOCK_REQUEST_LOG: "on" } });
}, 30_000);
afterAll(() => {
  server[Symbol.dispose]();
  folder[Symbol.dispose]();
});

describe("what the API acknowledged is in force at every worker for the next call", () => {
  test("a new key works, a changed one is bound, a revoked one is refused", async () => {
    for (let round = 0; round < 5; round++) {
      const key = await server.manage<{ id: string; value: string }>("POST", "/keys", { name: `k${round}` });
      const works = await times(24, () => statusOf(server.call({}, key.value)));
      expect(works).toEqual(works.map(() => 200));
      await server.manage("PATCH", `/keys/${key.id}`, { allowed_models: ["nothing"] });
      const bound = await times(24, () => statusOf(server.call({}, key.value)));
      expect(new Set(bound).has(200)).toBe(false);
      await server.manage("DELETE", `/keys/${key.id}`);
      const refused = await times(24, () => statusOf(server.call({}, key.value)));
      expect(refused).toEqual(refused.map(() => 401));
    }
  }, 30_000);

  test("so is a provider that is disabled and enabled again", async () => {
    const { data } = await server.manage<{ data: { id: string; name: string }[] }>("GET", "/providers");
    const path = `/providers/${data.find(({ name }) => name === "vendor")?.id}`;
    for (const [enabled, status] of [
      [false, 404],
      [true, 200],
    ] as const) {
      await server.manage("PATCH", path, { enabled });
      const met = await times(24, () => statusOf(server.call()));
      expect(met).toEqual(met.map(() => status));
    }
  });
});

test("the ledger has a call as soon as its client has the answer, whichever worker is asked", async () => {
  const answers = await times(24, () => server.call());
  for (const answer of answers) {
    await answer.text();
    const id = answer.headers.get("x-penstock-request-id");
    expect(await server.manage<{ status: number }>("GET", `/requests/${id}`)).toMatchObject({ status: 200 });
  }
});

test("metrics are those of all workers, told by any of them", async () => {
  const before = (await server.metrics()).sum("penstock_requests_total", { outcome: "completed" });
  await times(40, () => statusOf(server.call()));
  await times(10, () => statusOf(server.call({}, "psk_wrong")));
  for (const scrape of await times(6, () => server.metrics())) {
    expect(scrape.sum("penstock_requests_total", { outcome: "completed" })).toBe(before + 40);
    expect(scrape.sum("penstock_refusals_total", {})).toBeGreaterThanOrEqual(10);
    expect(scrape.sum("penstock_overhead_seconds_count", { surface: "openai-chat" })).toBeGreaterThanOrEqual(
      40,
    );
    expect(scrape.sum("penstock_workers", { state: "listening" })).toBe(workerCount);
    expect(scrape.value("penstock_storage_up")).toBe(1);
    expect(scrape.value("penstock_requests_in_flight")).toBe(0);
  }
});

test("streams that are open at any worker are counted together", async () => {
  server.vendor.answerAll(() => ({
    recording: "openai/chat/openai-text.chunks.txt",
    pace: { silentAfter: 2_000 },
  }));
  const streams = await times(12, async () => {
    const response = await server.call({ stream: true });
    const reader = response.body?.getReader();
    await reader?.read();
    return reader;
  });
  expect((await server.metrics()).value("penstock_open_streams")).toBe(12);
  for (const stream of streams) await stream?.cancel();
  server.vendor.answerAll(undefined);
  await until(async () => (await server.metrics()).value("penstock_open_streams") === 0);
});

test("a conversation goes on from a kept answer at another worker", async () => {
  await using keepsNone = startAnthropicMock();
  await addProvider(server, {
    name: "keeps-none",
    driver: "anthropic",
    base_url: keepsNone.url,
    credentials: { api_key: keepsNone.apiKey },
    models: ["claude-sonnet-4-5"],
  });
  const respond = (more: Readonly<Record<string, unknown>>) =>
    fetch(`${server.url}/v1/responses`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.bootstrap.gateway_key}` },
      body: JSON.stringify({ model: "claude-sonnet-4-5", input: "Say hello.", ...more }),
      keepalive: false,
    });
  const first = (await (await respond({})).json()) as { id: string };
  const met = await times(24, () => statusOf(respond({ previous_response_id: first.id })));
  expect(met).toEqual(met.map(() => 200));
  const unknown = await respond({ previous_response_id: "resp_nobody" });
  expect(unknown.status).toBe(400);
});

test("readiness and health speak for all", async () => {
  const ready = await fetch(`${server.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ status: "ready", workers: "ok", storage: "ok" });
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: "ok" });
});

test("pages, errors and redirects of the API are those of one process", async () => {
  const page = await fetch(`${server.url}/api/v1/openapi.json`);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toContain("application/json");
  const unknown = await fetch(`${server.url}/api/v1/providers/prov_none`, {
    headers: { authorization: `Bearer ${server.bootstrap.admin_key}` },
  });
  expect(unknown.status).toBe(404);
  expect(unknown.headers.get("content-type")).toContain("application/problem+json");
  const spoofed = await fetch(`${server.url}/metrics`, { headers: { "x-forwarded-for": "127.0.0.1" } });
  expect(spoofed.status).toBe(403);
});

test("a second server on the same port does not start", async () => {
  using other = scratchFolder();
  using second = spawnServer(other.path, { env: { PENSTOCK_PORT: new URL(server.url).port } });
  expect(await second.exited).not.toBe(0);
  using third = spawnServer(other.path, {
    env: { PENSTOCK_PORT: new URL(server.url).port, PENSTOCK_WORKERS: "2" },
  });
  expect(await third.exited).not.toBe(0);
  expect(third.stderr()).toContain("PENSTOCK_PORT");
  expect(await statusOf(server.call())).toBe(200);
}, 20_000);

test("the playground answers on every surface", async () => {
  const met = await times(8, () =>
    statusOf(
      fetch(`${server.url}/v1/messages`, {
        method: "POST",
        headers: { "x-api-key": server.bootstrap.gateway_key },
        body: JSON.stringify(messagesSurface.body("playground-llm")),
        keepalive: false,
      }),
    ),
  );
  expect(met).toEqual(met.map(() => 200));
});

test("a retry joins what an earlier request began, whichever worker it meets", async () => {
  const keep = await server.manage<{ value: string }>("POST", "/keys", {
    name: "keep",
    on_disconnect: "keep",
  });
  for (let round = 0; round < 6; round++) {
    const retry = (signal?: AbortSignal) =>
      fetch(`${server.url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${keep.value}`, "idempotency-key": `call-${round}` },
        body: JSON.stringify(chatSurface.body("gpt-4o-mini")),
        keepalive: false,
        ...(signal !== undefined && { signal }),
      });
    const asked = server.vendor.requests.length;
    server.vendor.reply({ recording: "openai/chat/openai-text.json", pace: { delayMs: 300 } });
    const leave = new AbortController();
    const first = retry(leave.signal).catch(() => "left");
    await server.vendor.nextRequest();
    leave.abort();
    expect(await first).toBe("left");
    const answers = await times(12, () => retry());
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get("x-penstock-idempotent-replay")).toBe("true");
      expect(await answer.json()).toMatchObject({ object: "chat.completion" });
    }
    expect(server.vendor.requests.length).toBe(asked + 1);
  }
}, 20_000);

test("the request log has each call once, whichever worker served it", async () => {
  const answers = await times(16, () => server.call());
  const refused = await server.call({}, "psk_wrong");
  const ids = [...answers, refused].map(({ headers }) => headers.get("x-penstock-request-id") ?? "");
  await Promise.all([...answers, refused].map((answer) => answer.text()));
  const linesOf = (id: string) =>
    server
      .stdout()
      .split("\n")
      .filter((line) => line.includes(`"request_id":"${id}"`));
  await until(() => ids.every((id) => linesOf(id).length > 0));
  for (const id of ids) expect(linesOf(id)).toHaveLength(1);
  const line = JSON.parse(linesOf(ids.at(-1) ?? "")[0] ?? "");
  expect(line).toMatchObject({ outcome: "refused", error: "key_invalid", status: 401 });
});

test("what calls say is kept where the organization wants it, large or small", async () => {
  await server.manage("PATCH", "/settings", { content_logging: { retention_days: 7 } });
  const messages = [{ role: "user", content: "remember ".repeat(20_000) }];
  const answers = await times(8, () => server.call({ messages }));
  for (const answer of answers) {
    await answer.text();
    const id = answer.headers.get("x-penstock-request-id");
    const content = await server.manage<object>("GET", `/requests/${id}/content`);
    expect(JSON.stringify(content)).toContain("remember remember");
  }
  await server.manage("PATCH", "/settings", { content_logging: null });
});
