import { afterAll, beforeAll, expect, test } from "bun:test";
import { startAzureOpenAiMock } from "../mocks/openai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// A deployment's name says nothing: what is known of it is known of the model it deploys.

let penstock: TestPenstock;
let listing: MockVendor;
let silent: MockVendor;
type Model = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string };

beforeAll(async () => {
  penstock = await startPenstock();
  listing = startAzureOpenAiMock({ deployments: { "team-a": "gpt-5.1", "team-b": "gpt-4o" } });
  silent = startAzureOpenAiMock({
    models: [{ id: "by-hand", efforts: ["low", "medium", "high"], context: 1000 }],
  });
  for (const [name, mock] of [
    ["listing", listing],
    ["silent", silent],
  ] as const) {
    const made = await penstock.api("POST", "/providers", {
      name,
      driver: "azure_openai",
      base_url: mock.url,
      credentials: { api_key: mock.apiKey },
    });
    expect(made.status).toBe(201);
  }
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([listing.close(), silent.close()]);
});

async function modelNamed(name: string): Promise<Model> {
  const { body } = await penstock.api("GET", "/models?limit=100");
  const found = (body as { data: readonly Model[] }).data.find((model) => model.name === name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
}

const ask = (model: string) =>
  penstock.post("/v1/messages", {
    model,
    max_tokens: 400,
    thinking: { type: "enabled", budget_tokens: 1024 },
    messages: [{ role: "user", content: "Hello there" }],
  });

test("a listed deployment is called by its name, reasons as its model does, and is priced as it", async () => {
  const model = await modelNamed("listing/team-a");
  expect(model).toMatchObject({ base_model: "gpt-5.1", price_source: "catalog", profile: "openai/gpt-5-1" });
  await penstock.api("PATCH", `/models/${model.id}`, { enabled: true });
  const answer = await ask("listing/team-a");
  expect(answer.status).toBe(200);
  expect(listing.lastRequest()).toMatchObject({
    path: "/openai/v1/responses",
    body: { model: "team-a", reasoning: { effort: expect.any(String) } },
  });
  const row = await penstock.ledgerRow(answer.headers.get("x-request-id") ?? "");
  expect(row).toMatchObject({ cost_source: "computed" });
  expect(row.cost_usd).toBeGreaterThan(0);
});

test("one that is not listed is told its model by hand, and keeps it", async () => {
  const { body } = await penstock.api("GET", "/providers");
  const { id } =
    (body as { data: { id: string; name: string }[] }).data.find(({ name }) => name === "silent") ?? {};
  const found = await modelNamed("silent/by-hand");
  expect(found.display_name).toBe("by-hand (base model)");
  const said = await penstock.api("PATCH", `/models/${found.id}`, { enabled: true, base_model: "gpt-5.1" });
  expect(said).toMatchObject({ status: 200, body: { base_model: "gpt-5.1", price_source: "catalog" } });
  await penstock.api("POST", `/providers/${id}/discover`);
  expect(await modelNamed("silent/by-hand")).toMatchObject({ base_model: "gpt-5.1" });
  expect((await ask("silent/by-hand")).status).toBe(200);
  expect(silent.lastRequest().body).toMatchObject({
    model: "by-hand",
    reasoning: { effort: expect.any(String) },
  });
});
