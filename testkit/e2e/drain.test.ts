import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import {
  addProvider,
  commands,
  readLedger,
  type ServerProcess,
  scratchFolder,
  startProcess,
} from "./server-process.ts";
import { chatSurface } from "./world.ts";

// A server that is told to stop finishes what it has begun, takes nothing new, and loses nothing it has metered.

let vendor: MockVendor;
beforeAll(() => {
  vendor = startOpenAiChatMock();
});
afterAll(() => vendor.close());

async function startWithVendor(dataDir: string, options: Parameters<typeof startProcess>[1] = {}) {
  const server = await startProcess(dataDir, options);
  await addProvider(server, {
    name: "vendor",
    driver: "openai_completions",
    base_url: vendor.url,
    credentials: { api_key: vendor.apiKey },
    models: ["gpt-4o-mini"],
  });
  return server;
}

function call(
  { url, bootstrap }: ServerProcess,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${bootstrap.gateway_key}`, "content-type": "application/json" },
    body: JSON.stringify(chatSurface.body("gpt-4o-mini", more)),
  });
}

/** A stream that takes about a second. */
const slowStream = {
  recording: "openai/chat/openai-text.chunks.txt",
  pace: { chunkBytes: 4_500, betweenMs: 50 },
};

/** What a new client meets: a refusal, or nobody. */
async function knock(server: ServerProcess): Promise<number | "refused"> {
  return call(server).then(
    async (response) => {
      await response.text();
      return response.status;
    },
    () => "refused" as const,
  );
}

interface Stopping {
  readonly title: string;
  readonly command: readonly string[];
  readonly stop: (server: ServerProcess) => void;
}

const stoppings: readonly Stopping[] = [
  { title: "penstock serve, SIGTERM", command: commands.serve, stop: (server) => server.signal("SIGTERM") },
  { title: "penstock serve, SIGINT", command: commands.serve, stop: (server) => server.signal("SIGINT") },
  { title: "npm start, SIGTERM to npm", command: commands.npm, stop: (server) => server.signal("SIGTERM") },
  {
    title: "npm start, SIGTERM to the group",
    command: commands.npm,
    stop: (server) => server.signalGroup("SIGTERM"),
  },
  {
    title: "npm start, Ctrl-C, which reaches the group",
    command: commands.npm,
    stop: (server) => server.signalGroup("SIGINT"),
  },
];

describe.each(stoppings)("$title", ({ command, stop }) => {
  test("the stream finishes, new calls are refused, the ledger has the row, the exit code is 0", async () => {
    using folder = scratchFolder();
    using server = await startWithVendor(folder.path, { command });
    vendor.reply(slowStream, { recording: "openai/chat/openai-text.json", pace: { delayMs: 700 } });
    const streamed = await call(server, { stream: true });
    const whole = call(server);
    await vendor.nextRequest();
    stop(server);
    await Bun.sleep(250);
    expect(["refused", 503]).toContain(await knock(server));
    const text = await streamed.text();
    expect(text.trimEnd()).toEndWith("data: [DONE]");
    expect(chatSurface.streamedText(text).length).toBeGreaterThan(500);
    expect((await whole).status).toBe(200);
    expect(await (await whole).json()).toMatchObject({ object: "chat.completion" });
    expect(await server.exited).toBe(0);
    const rows = readLedger(folder.path).filter(({ outcome }) => outcome === "completed");
    expect(rows.map(({ request_id }) => request_id)).toContain(
      streamed.headers.get("x-penstock-request-id") ?? "",
    );
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.output_tokens).toBeGreaterThan(100);
  }, 20_000);
});

test("a second signal ends at once", async () => {
  using folder = scratchFolder();
  using server = await startWithVendor(folder.path);
  vendor.reply({ ...slowStream, pace: { silentAfter: 2_000 } });
  const streamed = await call(server, { stream: true });
  const reading = streamed.text().catch(() => "cut");
  server.signal("SIGTERM");
  await Bun.sleep(1_300);
  const asked = performance.now();
  server.signal("SIGTERM");
  expect(await server.exited).toBe(143);
  expect(performance.now() - asked).toBeLessThan(1_500);
  await reading;
}, 20_000);

test("what does not end in time is cut, and is in the ledger all the same", async () => {
  using folder = scratchFolder();
  using server = await startWithVendor(folder.path, { env: { PENSTOCK_DRAIN_SECONDS: "1" } });
  vendor.reply({ ...slowStream, pace: { silentAfter: 2_000 } });
  const streamed = await call(server, { stream: true });
  const reading = streamed.text().catch(() => "cut");
  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
  await reading;
  expect(readLedger(folder.path)).toHaveLength(1);
}, 20_000);

test("a client that reads slowly gets the whole of a large answer", async () => {
  using folder = scratchFolder();
  using server = await startWithVendor(folder.path);
  const content = "lorem ipsum ".repeat(1_000_000);
  const json = {
    id: "c",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
  };
  vendor.reply({ json });
  const response = await call(server);
  const reader = response.body?.getReader();
  let bytes = (await reader?.read())?.value?.length ?? 0;
  server.signal("SIGTERM");
  for (;;) {
    await Bun.sleep(2);
    const piece = await reader?.read();
    if (piece === undefined || piece.done) break;
    bytes += piece.value.length;
  }
  expect(bytes).toBe(JSON.stringify(json).length);
  expect(await server.exited).toBe(0);
}, 20_000);
