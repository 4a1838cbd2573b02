import { afterAll, beforeAll, expect, test } from "bun:test";
import { startOpenRouterMock } from "../mocks/openrouter-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startVercelMock } from "../mocks/vercel-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// What a vendor's list says of its models fills what the catalog does not know, and what an admin says stays.

let penstock: TestPenstock;
let vercel: MockVendor;
let openrouter: MockVendor;
type Model = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string };

beforeAll(async () => {
  penstock = await startPenstock();
  vercel = startVercelMock();
  openrouter = startOpenRouterMock();
  for (const [driver, mock] of [
    ["vercel", vercel],
    ["openrouter", openrouter],
  ] as const) {
    const { status } = await penstock.api("POST", "/providers", {
      name: driver,
      driver,
      base_url: mock.url,
      credentials: { api_key: mock.apiKey },
    });
    expect(status).toBe(201);
  }
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([vercel.close(), openrouter.close()]);
});

async function modelNamed(name: string): Promise<Model> {
  const { body } = await penstock.api("GET", "/models?limit=100");
  const found = (body as { data: readonly Model[] }).data.find((model) => model.name === name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
}

test("a listed price costs calls of models the catalog has no price for, and the ledger says whose it is", async () => {
  const model = await modelNamed("vercel/anthropic/claude-opus-5");
  expect(model).toMatchObject({
    price_source: "vendor",
    prices: [{ above_input_tokens: 0, input: 5, output: 25 }],
    context_tokens: 1_000_000,
    traits: { max_output_tokens: 64_000, reasoning: "effort" },
  });
  await penstock.api("PATCH", `/models/${model.id}`, { enabled: true });
  const answer = await penstock.post("/v1/chat/completions", {
    model: model.name,
    messages: [{ role: "user", content: "What does this cost?" }],
  });
  expect(answer.status).toBe(200);
  const row = await penstock.ledgerRow(answer.headers.get("x-request-id") ?? "");
  const { input, output } = row.usage as { input: number; output: number };
  expect(row.cost_source).toBe("listed");
  expect(row.cost_usd).toBeCloseTo((input * 5 + output * 25) / 1e6, 12);
});

test("modalities and parameters are shown in the vendor's words", async () => {
  expect(await modelNamed("openrouter/anthropic/claude-opus-5")).toMatchObject({
    input_modalities: ["text"],
    output_modalities: ["text"],
    supported_parameters: expect.arrayContaining(["tools", "reasoning"]),
  });
});

test("what an admin says of a discovered model is there after the next discovery", async () => {
  const model = await modelNamed("vercel/openai/gpt-4o");
  const said = { context_tokens: 1234, base_model: "gpt-4o", traits: { max_output_tokens: 99 } };
  expect((await penstock.api("PATCH", `/models/${model.id}`, said)).status).toBe(200);
  const again = await penstock.api("POST", `/providers/${model.provider_id}/discover`);
  expect(again.status).toBe(200);
  expect(await modelNamed("vercel/openai/gpt-4o")).toMatchObject({
    ...said,
    traits: { max_output_tokens: 99, reasoning: "none" },
  });
  await penstock.api("PATCH", `/models/${model.id}`, { context_tokens: null, base_model: null, traits: {} });
  expect(await modelNamed("vercel/openai/gpt-4o")).toMatchObject({
    context_tokens: 128_000,
    base_model: null,
    traits: { max_output_tokens: 64_000 },
  });
});
