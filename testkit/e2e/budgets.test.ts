import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { startOpenAiMock } from "../mocks/openai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import type { ScriptedReply } from "../mocks/shared/scripted-reply.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { limitedKey } from "./limited-key.ts";
import { startProcess } from "./server-process.ts";

// Money: a budget is never overspent, whatever becomes of the calls, and what was spent is not forgotten.

let penstock: TestPenstock;
let vendor: MockVendor;

const path = "/v1/chat/completions";
const model = "gpt-4o-mini";
const messages = [{ role: "user", content: "Say hello to the whole world." }];
const provider = { name: "openai-prod", driver: "openai", models: [model] };

beforeAll(async () => {
  penstock = await startPenstock();
  vendor = startOpenAiMock();
  await penstock.addProvider({ ...provider, vendor });
  vendor.answerAll((request) => {
    const { metadata, stream = false } = request.body as { metadata?: { fate: string }; stream?: boolean };
    const [fate, output, delay] = (metadata?.fate ?? "answered 5 0").split(" ");
    const pace = { delayMs: Number(delay) };
    if (fate === "failed") return { status: 500, json: { error: { message: "no" } }, pace };
    const reply = answer(Number(output), { stream, ...pace });
    return fate === "cut" ? { ...reply, pace: { ...pace, dropAfter: 60 } } : reply;
  });
});

afterAll(async () => {
  await penstock.stop();
  await vendor.close();
});

/** USD a million tokens, as the catalog has them. */
const prices = { input: 0.15, output: 0.6 };

/** An answer that used this much. */
function answer(
  outputTokens: number,
  { stream, delayMs }: { stream: boolean; delayMs: number },
): ScriptedReply {
  const usage = { prompt_tokens: 9, completion_tokens: outputTokens, total_tokens: 9 + outputTokens };
  const head = { id: "chatcmpl-1", created: 1, model };
  const content = { role: "assistant", content: "Hello." };
  if (!stream) {
    const choices = [{ index: 0, message: content, finish_reason: "stop" }];
    return { json: { ...head, object: "chat.completion", choices, usage }, pace: { delayMs } };
  }
  const chunk = { ...head, object: "chat.completion.chunk" };
  const events = [
    { ...chunk, choices: [{ index: 0, delta: content, finish_reason: null }] },
    { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { ...chunk, choices: [], usage },
    "[DONE]",
  ];
  return { events, pace: { delayMs } };
}

const calls = fc.array(
  fc.record({
    stream: fc.boolean(),
    fate: fc.constantFrom("answered", "answered", "failed", "left", "cut"),
    output: fc.integer({ min: 1, max: 100 }),
    delayMs: fc.integer({ min: 0, max: 15 }),
    startMs: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 5, maxLength: 40 },
);

test("a budget is never overspent, whatever becomes of the calls; what the ledger has and what is counted agree", () =>
  fc.assert(
    fc.asyncProperty(calls, fc.integer({ min: 100, max: 900 }), async (each, micro) => {
      const budget = micro / 1e6;
      const key = await limitedKey(penstock, { day_usd: budget });
      const headers = { authorization: `Bearer ${key.value}` };
      await Promise.all(
        each.map(async ({ stream, fate, output, delayMs, startMs }) => {
          await Bun.sleep(startMs);
          const body = {
            model,
            max_completion_tokens: 100,
            messages,
            stream,
            metadata: { fate: `${fate} ${output} ${delayMs}` },
          };
          const client = new AbortController();
          if (fate === "left") setTimeout(() => client.abort(), delayMs / 2);
          try {
            await (await penstock.post(path, body, { headers, signal: client.signal })).text();
          } catch {
            // Who left, or was cut off, has nothing to read.
          }
        }),
      );
      for (let waited = 0; penstock.inFlight() > 0 && waited < 2_000; waited += 5) await Bun.sleep(5);
      const { used = 0 } = (await key.levels()).day_usd ?? {};
      expect(used).toBeLessThanOrEqual(budget);
      // Asking for one request writes what is queued first; sums do not.
      await penstock.api("GET", "/requests/none");
      const { body } = await penstock.api("GET", `/spend?key=${key.id}`);
      const { data } = body as { data: { cost_usd: number }[] };
      const spent = data.reduce((total, { cost_usd }) => total + cost_usd, 0);
      expect(spent).toBeLessThanOrEqual(budget);
      // Each call is rounded up to a millionth of a dollar.
      expect(Math.abs(used - spent)).toBeLessThanOrEqual((each.length + 1) / 1e6);
    }),
    { numRuns: 12 },
  ));

test("a budget that is set when money was spent already begins with what was spent", async () => {
  const { id, value } = (await penstock.api("POST", "/keys", { name: "spender", agent: "spender" })).body as {
    id: string;
    value: string;
  };
  const headers = { authorization: `Bearer ${value}` };
  vendor.reply(answer(1_000, { stream: false, delayMs: 0 }));
  const first = await penstock.post(path, { model, messages }, { headers });
  expect(first.status).toBe(200);
  const cost = (9 * prices.input + 1_000 * prices.output) / 1e6;
  const call = { model, max_completion_tokens: 10, messages };
  for (const subject of [
    { kind: "key", id },
    { kind: "agent", agent: "spender" },
  ]) {
    const { body } = await penstock.api("POST", "/limits", { subject, month_usd: cost + 0.000_002 });
    // No pause: it holds from the acknowledgement on.
    const refused = await penstock.post(path, call, { headers });
    expect(refused.status).toBe(402);
    const { error } = (await refused.json()) as { error: { message: string } };
    expect(error.message).toContain(`${subject.kind} \`spender\``);
    expect(error.message).toContain("$0.000001 is left");
    await penstock.api("DELETE", `/limits/${(body as { id: string }).id}`);
  }
});

test("a budget that is raised lets calls in at once; one that is lowered below what is spent lets none in", async () => {
  const key = await limitedKey(penstock, { day_usd: 0 });
  const headers = { authorization: `Bearer ${key.value}` };
  const statusOf = async () =>
    (await penstock.post(path, { model, max_completion_tokens: 9, messages }, { headers })).status;
  expect(await statusOf()).toBe(402);
  await key.change({ day_usd: 1 });
  expect(await statusOf()).toBe(200);
  await key.change({ day_usd: 0.000_001 });
  expect(await statusOf()).toBe(402);
});

test("what was spent is spent after a restart, also by a process that was killed", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "penstock-budgets-"));
  try {
    const cost = (9 * prices.input + 1_000 * prices.output) / 1e6;
    let key: { readonly value: string } | undefined;
    for (const [round, leave] of [
      [0, "stop"],
      [1, "kill"],
      [2, "look"],
    ] as const) {
      const server = await startProcess(dataDir, { env: { PENSTOCK_HOST: "127.0.0.1" } });
      const api = caller(server);
      if (key === undefined) {
        await api.api("POST", "/providers?discover=false", {
          ...provider,
          base_url: vendor.url,
          credentials: { api_key: vendor.apiKey },
        });
        key = await limitedKey(api, { month_usd: 2.5 * cost });
      }
      const ask = (most: number) =>
        fetch(`${server.url}${path}`, {
          method: "POST",
          headers: { authorization: `Bearer ${key?.value}`, "content-type": "application/json" },
          body: JSON.stringify({ model, max_completion_tokens: most, messages }),
        });
      if (leave !== "look") {
        vendor.reply(answer(1_000, { stream: false, delayMs: 0 }));
        const answered = await ask(1_000);
        expect([round, answered.status]).toEqual([round, 200]);
        await answered.text();
        server.signal(leave === "kill" ? "SIGKILL" : "SIGTERM");
        await server.exited;
      } else {
        const refused = await ask(1_000);
        expect(refused.status).toBe(402);
        const { error } = (await refused.json()) as { error: { message: string } };
        expect(error.message).toContain("$0.0003 is left");
        server.signal("SIGTERM");
        await server.exited;
      }
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 60_000);

/** Calls the REST API of a server in another process. */
function caller({ url, bootstrap }: Awaited<ReturnType<typeof startProcess>>): Pick<TestPenstock, "api"> {
  return {
    async api(method, at, body) {
      const response = await fetch(`${url}/api/v1${at}`, {
        method,
        headers: { authorization: `Bearer ${bootstrap.admin_key}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
    },
  };
}
