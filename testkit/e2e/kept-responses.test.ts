import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import { startAzureOpenAiMock, startOpenAiMock } from "../mocks/openai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Answers that the vendor keeps, read, listed, cancelled and deleted by the official client through the gateway.

let penstock: TestPenstock;
const vendors: Record<string, MockVendor> = {};

beforeAll(async () => {
  penstock = await startPenstock();
  vendors["openai-prod"] = startOpenAiMock();
  vendors["azure-prod"] = startAzureOpenAiMock();
  await penstock.addProvider({
    name: "openai-prod",
    driver: "openai",
    vendor: vendors["openai-prod"],
    models: ["gpt-5.6-terra", "gpt-4o"],
  });
  await penstock.addProvider({
    name: "azure-prod",
    driver: "azure_openai",
    vendor: vendors["azure-prod"],
    models: ["gpt-5.1"],
    options: { api_version: "2025-04-01-preview" },
  });
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all(Object.values(vendors).map((vendor) => vendor.close()));
});

const client = (apiKey = penstock.gatewayKey, base = "/v1") =>
  new OpenAI({ baseURL: penstock.url + base, apiKey, maxRetries: 0 });
const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "it was answered",
    (error: unknown) => error,
  );
const notFound = { status: 404, message: expect.stringContaining("keeps no response") };
const rows = async (): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  await Bun.sleep(400);
  return ((await penstock.api("GET", "/requests?limit=100")).body as { data: [] }).data;
};
const requestIdOf = async (call: { asResponse(): Promise<Response> }) =>
  (await call.asResponse()).headers.get("x-penstock-request-id") ?? "";

describe.each([
  { provider: "openai-prod", model: "gpt-5.6-terra" },
  { provider: "azure-prod", model: "gpt-5.1" },
])("at $provider", ({ provider, model }) => {
  test.each([false, true])("are read, listed and deleted (streamed: %p)", async (stream) => {
    const { responses } = client();
    const made = stream
      ? await responses.stream({ model, input: "Hello" }).finalResponse()
      : await responses.create({ model, input: "Hello" });
    const before = await rows();
    const read = await responses.retrieve(made.id, { include: ["reasoning.encrypted_content"] });
    expect(read).toMatchObject({ id: made.id, output_text: made.output_text });
    const request = vendors[provider]?.lastRequest();
    expect(request).toMatchObject({ method: "GET", text: "" });
    expect(request?.query.getAll("include[]").concat(request.query.getAll("include"))).toEqual([
      "reasoning.encrypted_content",
    ]);
    const items = await Array.fromAsync(responses.inputItems.list(made.id, { limit: 5 }));
    expect(items).toMatchObject([{ content: "Hello" }]);
    await responses.delete(made.id);
    expect(vendors[provider]?.lastRequest().method).toBe("DELETE");
    expect(await failure(responses.retrieve(made.id))).toMatchObject(notFound);
    // Looking costs nothing and leaves no entry.
    expect(await rows()).toHaveLength(before.length);
  });

  test("made in the background are waited for by looking, and paid once, when they are complete", async () => {
    const { responses } = client();
    const asked = responses.create({ model, input: "Think long", background: true });
    const [made, id] = [await asked, await requestIdOf(asked)];
    expect(made).toMatchObject({ status: "queued", usage: null });
    expect(await penstock.ledgerRow(id)).toMatchObject({
      outcome: "completed",
      usage: { input: 0, output: 0 },
    });
    const before = await rows();
    expect((await responses.retrieve(made.id)).status).toBe("in_progress");
    expect(await rows()).toHaveLength(before.length);
    const looks = await Promise.all(
      Array.from({ length: 5 }, () => responses.retrieve(made.id).withResponse()),
    );
    for (const { data } of looks) expect(data).toMatchObject({ status: "completed", background: true });
    const all = await rows();
    expect(all).toHaveLength(before.length + 1);
    const ids = looks.map(({ response }) => response.headers.get("x-penstock-request-id"));
    const [paid] = all.filter((row) => ids.includes(String(row.id)));
    const { usage } = looks[0]?.data ?? {};
    expect(paid).toMatchObject({
      ...{ provider, model, outcome: "completed" },
      usage: { output: usage?.output_tokens },
    });
    expect(Number(paid?.cost_usd)).toBeGreaterThan(0);
  });

  test("still in the making are cancelled; a complete one is not, as its vendor says", async () => {
    const { responses } = client();
    const made = await responses.create({ model, input: "Think long", background: true });
    expect(await responses.cancel(made.id)).toMatchObject({ id: made.id, status: "cancelled" });
    const whole = await responses.create({ model, input: "Hello" });
    expect(await failure(responses.cancel(whole.id))).toMatchObject({
      status: 400,
      message: expect.stringContaining("Cannot cancel a synchronous response"),
    });
  });

  test("are streamed again from where a client lost them", async () => {
    const { responses } = client();
    const seen: number[] = [];
    let id = "";
    for await (const event of await responses.create({
      model,
      input: "Hello there",
      stream: true,
      background: true,
    })) {
      if (event.type === "response.created") id = event.response.id;
      seen.push(event.sequence_number);
    }
    const before = await rows();
    const again: number[] = [];
    for await (const event of await responses.retrieve(id, { stream: true, starting_after: 2 }))
      again.push(event.sequence_number);
    expect(again).toEqual(seen.slice(3));
    expect(await rows()).toHaveLength(before.length);
  });
});

test("a vendor that does not keep it, keeps silent on who does: not kept, unknown, and of other keys are all 404", async () => {
  const model = "gpt-4o";
  const { responses } = client();
  const unkept = await responses.create({ model, input: "Hello", store: false });
  expect(await failure(responses.retrieve(unkept.id))).toMatchObject(notFound);
  expect(await failure(responses.retrieve("resp_0123456789abcdef0123456789abcdef"))).toMatchObject(notFound);

  const { id } = await responses.create({ model, input: "Hello" });
  const keyFor = async (allowed: string) => {
    const { body } = await penstock.api("POST", "/keys", {
      name: `only ${allowed}`,
      allowed_models: [allowed],
    });
    return (body as { value: string }).value;
  };
  expect((await client(await keyFor(model)).responses.retrieve(id)).id).toBe(id);
  const asked = vendors["openai-prod"]?.requests.length;
  const other = client(await keyFor("gpt-5.1")).responses;
  for (const call of [
    () => other.retrieve(id),
    () => other.delete(id),
    () => other.cancel(id),
    () => other.inputItems.list(id),
    () => client(undefined, "/v1/p/azure-prod").responses.retrieve(id),
  ])
    expect(await failure(call())).toMatchObject(notFound);
  expect(vendors["openai-prod"]?.requests.length).toBe(asked);
  expect((await client(undefined, "/v1/p/openai-prod").responses.retrieve(id)).id).toBe(id);
});

test("a vendor that fails says so in the client's dialect, and its answer is not forgotten", async () => {
  const { responses } = client();
  const { id } = await responses.create({ model: "gpt-4o", input: "Hello" });
  vendors["openai-prod"]?.reply({ status: 500, json: { error: { message: "no", type: "server_error" } } });
  expect(await failure(responses.cancel(id))).toMatchObject({ status: 500, code: "upstream_error" });
  expect((await responses.retrieve(id)).id).toBe(id);
});
