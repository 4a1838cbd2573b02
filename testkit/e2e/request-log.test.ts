import { expect, test } from "bun:test";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import { addProvider, type ServerProcess, scratchFolder, startProcess } from "./server-process.ts";

const linesOf = (server: ServerProcess) =>
  server
    .stdout()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

function caller({ url, bootstrap }: ServerProcess) {
  return (body: unknown, key = bootstrap.gateway_key) =>
    fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
}

const content = "a sentence that must not be written down anywhere";
const ask = (model: string, more = {}) => ({ model, messages: [{ role: "user", content }], ...more });

test("a line a call: who, what, how long and how it ended, and nothing that was said", async () => {
  using folder = scratchFolder();
  const vendor = startOpenAiChatMock({ apiKey: "sk-request-log" });
  try {
    const env = { PENSTOCK_REQUEST_LOG: "on", PENSTOCK_EGRESS_ALLOW: "127.0.0.1" };
    using server = await startProcess(folder.path, { env });
    await addProvider(server, {
      ...{
        name: "main",
        driver: "openai_completions",
        base_url: `${vendor.url}/v1`,
        models: ["gpt-4o-mini"],
      },
      credentials: { api_key: "sk-request-log" },
    });
    const call = caller(server);
    const done = await call(ask("gpt-4o-mini", { stream: true }));
    await done.text();
    await (await call(ask(`my secret plan ${"x".repeat(500)}`))).text();
    const refused = await call(ask("gpt-4o-mini"), "psk_wrong-key-0123456789");
    await refused.text();
    server.signal("SIGTERM");
    await server.exited;

    const [completed, unknown, wrongKey, ...more] = linesOf(server);
    expect(more).toEqual([]);
    expect(completed).toMatchObject({
      request_id: done.headers.get("x-penstock-request-id"),
      ...{ provider: "main", model: "gpt-4o-mini", requested_model: "gpt-4o-mini" },
      ...{ surface: "openai-chat", protocol: "openai-chat", stream: true, passthrough: true },
      ...{ status: 200, outcome: "completed", losses: 0 },
      org_id: expect.stringMatching(/^org_/),
      key_id: expect.stringMatching(/^key_/),
    });
    expect(Number(completed?.input_tokens)).toBeGreaterThan(0);
    expect(Number(completed?.overhead_ms)).toBeGreaterThan(0);
    expect(Number(completed?.overhead_ms)).toBeLessThanOrEqual(Number(completed?.total_ms));
    expect(unknown).toMatchObject({ status: 404, outcome: "failed", error: "model_not_found" });
    expect(wrongKey).toMatchObject({ status: 401, outcome: "refused", error: "key_invalid" });
    expect(wrongKey?.request_id).toBe(refused.headers.get("x-penstock-request-id"));
    expect(server.stdout() + server.stderr()).not.toContain(content);
    expect(server.stdout() + server.stderr()).not.toContain("my secret plan");
    expect(server.stdout() + server.stderr()).not.toContain("psk_wrong");
  } finally {
    await vendor.close();
  }
}, 30_000);

test("no line unless it is asked for", async () => {
  using folder = scratchFolder();
  using server = await startProcess(folder.path);
  await (await caller(server)(ask("playground-llm"))).text();
  server.signal("SIGTERM");
  await server.exited;
  expect(linesOf(server)).toEqual([]);
}, 30_000);
