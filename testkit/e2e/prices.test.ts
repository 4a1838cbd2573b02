import { afterAll, beforeAll, expect, test } from "bun:test";
import { startPenstock, type TestPenstock } from "../penstock.ts";

const usage = {
  ...{ prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
  prompt_tokens_details: { cached_tokens: 400 },
};
/** Serves every call at the tier it asks for, as a vendor with room does. */
const vendor = Bun.serve({
  port: 0,
  async fetch(request) {
    if (request.method === "GET")
      return Response.json({ object: "list", data: [{ id: "gpt-5", object: "model" }] });
    const asked = (await request.json()) as { service_tier?: string; stream?: boolean };
    const head = {
      id: "c",
      object: "chat.completion",
      created: 1,
      model: "gpt-5",
      service_tier: asked.service_tier ?? "default",
    };
    if (asked.stream !== true) {
      const choices = [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }];
      return Response.json({ ...head, choices, usage });
    }
    const chunk = { ...head, object: "chat.completion.chunk" };
    const events = [
      { ...chunk, choices: [{ index: 0, delta: { role: "assistant", content: "Hi" }, finish_reason: null }] },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
      { ...chunk, choices: [], usage },
    ];
    const text = [...events.map((event) => JSON.stringify(event)), "[DONE]"].map(
      (data) => `data: ${data}\n\n`,
    );
    return new Response(text.join(""), { headers: { "content-type": "text/event-stream" } });
  },
});

let penstock: TestPenstock;
beforeAll(async () => {
  penstock = await startPenstock();
  await penstock.addProvider({
    ...{ name: "lab", driver: "openai_completions", models: ["gpt-5"], unvalidated: true },
    vendor: { url: `http://127.0.0.1:${vendor.port}/v1`, apiKey: "sk-lab" },
  });
}, 30_000);
afterAll(async () => {
  await penstock[Symbol.asyncDispose]();
  await vendor.stop(true);
});

const messages = [{ role: "user", content: "Hello" }];

/** The row of a call by the chat protocol (relayed) or another (translated). */
async function call(how: { readonly tier?: string; readonly stream?: boolean; readonly path?: string } = {}) {
  const { tier, stream = false, path = "/v1/chat/completions" } = how;
  const body =
    path === "/v1/responses"
      ? { model: "lab/gpt-5", input: "Hello", stream, service_tier: tier }
      : { model: "lab/gpt-5", messages, stream, service_tier: tier };
  const response = await penstock.post(path, body);
  await response.text();
  expect(response.status).toBe(200);
  return penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
}

const surfaces = ["/v1/chat/completions", "/v1/responses"].flatMap((path) =>
  [false, true].map((stream) => ({ path, stream })),
);

test.each(surfaces)("%p: a call costs what the tier that served it does, cached input less", async (how) => {
  const standard = await call(how);
  expect(standard).toMatchObject({ service_tier: "default", cost_source: "computed" });
  expect(standard.price_version).toStartWith("genai-prices@");
  const usd = Number(standard.cost_usd);
  // 600 plain and 400 cached tokens of input, 100 of output, at the list prices of 1.25, 0.125 and 10 a million.
  expect(usd).toBeCloseTo((600 * 1.25 + 400 * 0.125 + 100 * 10) / 1e6, 12);
  expect(Number((await call({ ...how, tier: "flex" })).cost_usd)).toBeCloseTo(usd / 2, 12);
  expect(Number((await call({ ...how, tier: "priority" })).cost_usd)).toBeCloseTo(usd * 2, 12);
});

test("an org's own price holds for the next call, version by version, and the rows say which", async () => {
  const tiers = [{ input: 1, output: 1 }];
  const made = await penstock.api("POST", "/prices", { provider: "lab", model: "gpt-*", tiers });
  expect(made.status).toBe(201);
  const { id } = made.body as { id: string };
  const first = await call();
  expect(first).toMatchObject({ price_version: `${id}@1`, computed_cost_usd: first.cost_usd });
  expect(Number(first.cost_usd)).toBeCloseTo(1_100 / 1e6, 12);
  await penstock.api("PATCH", `/prices/${id}`, {
    tiers: [...tiers, { service_tier: "flex", input: 0, output: 0 }],
  });
  expect(await call({ tier: "flex" })).toMatchObject({ price_version: `${id}@2`, cost_usd: 0 });
  await penstock.api("DELETE", `/prices/${id}`);
  expect((await call()).price_version).toStartWith("genai-prices@");
  const versions = await penstock.api("GET", `/prices/${id}/versions`);
  expect(versions.body).toMatchObject({ data: [{ id: `${id}@1` }, { id: `${id}@2` }] });
});
