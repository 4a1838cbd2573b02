import { describe, expect, test } from "bun:test";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import {
  addProvider,
  commands,
  type ProcessOptions,
  readLedger,
  type ServerProcess,
  scratchFolder,
  startProcess,
} from "./server-process.ts";
import { chatSurface } from "./world.ts";

// A server that is told to stop finishes what it has begun, takes nothing new, and loses nothing it has metered.

/** A server with a vendor of its own, so that tests can run side by side. */
async function startWithVendor(
  dataDir: string,
  options: ProcessOptions = {},
): Promise<ServerProcess & { readonly vendor: MockVendor }> {
  const vendor = startOpenAiChatMock();
  const server = await startProcess(dataDir, options);
  await addProvider(server, {
    name: "vendor",
    driver: "openai_completions",
    base_url: vendor.url,
    credentials: { api_key: vendor.apiKey },
    models: ["gpt-4o-mini"],
  });
  return {
    ...server,
    vendor,
    [Symbol.dispose]() {
      server[Symbol.dispose]();
      void vendor.close();
    },
  };
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
  test.concurrent("the stream finishes, new calls are refused, the ledger has the row, the exit code is 0", async () => {
    using folder = scratchFolder();
    using server = await startWithVendor(folder.path, { command });
    const { vendor } = server;
    vendor.reply(slowStream, { recording: "openai/chat/openai-text.json", pace: { delayMs: 700 } });
    const streamed = await call(server, { stream: true });
    const whole = call(server);
    await vendor.nextRequest();
    stop(server);
    // The signal goes through up to three processes; a busy machine takes its time.
    let met = await knock(server);
    for (let tries = 0; tries < 100 && met === 200; tries++) {
      await Bun.sleep(20);
      met = await knock(server);
    }
    expect(["refused", 503]).toContain(met);
    const text = await streamed.text();
    expect(text.trimEnd()).toEndWith("data: [DONE]");
    expect(chatSurface.streamedText(text).length).toBeGreaterThan(500);
    expect((await whole).status).toBe(200);
    expect(await (await whole).json()).toMatchObject({ object: "chat.completion" });
    expect(await server.exited).toBe(0);
    const ids = [streamed, await whole].map(({ headers }) => headers.get("x-penstock-request-id") ?? "");
    const rows = readLedger(folder.path).filter(({ request_id }) => ids.includes(request_id));
    expect(rows.map(({ outcome }) => outcome)).toEqual(["completed", "completed"]);
    for (const row of rows) expect(row.output_tokens).toBeGreaterThan(100);
  }, 20_000);
});

test.concurrent("a second signal ends at once", async () => {
  using folder = scratchFolder();
  using server = await startWithVendor(folder.path);
  const { vendor } = server;
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

test.concurrent("what does not end in time is cut, and is in the ledger all the same", async () => {
  using folder = scratchFolder();
  using server = await startWithVendor(folder.path, { env: { PENSTOCK_DRAIN_SECONDS: "1" } });
  const { vendor } = server;
  vendor.reply({ ...slowStream, pace: { silentAfter: 2_000 } });
  const streamed = await call(server, { stream: true });
  const reading = streamed.text().catch(() => "cut");
  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
  await reading;
  expect(readLedger(folder.path)).toHaveLength(1);
}, 20_000);

test.concurrent("a client that reads slowly gets the whole of a large answer", async () => {
  using folder = scratchFolder();
  using server = await startWithVendor(folder.path);
  const { vendor } = server;
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
