import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { GoogleGenAI } from "@google/genai";
import OpenAI, { AzureOpenAI } from "openai";
import { type BedrockMock, startBedrockMock } from "../mocks/bedrock-server.ts";
import { startGeminiMock } from "../mocks/gemini-server.ts";
import { startOllamaMock } from "../mocks/ollama-server.ts";
import { startAzureOpenAiMock, startOpenAiMock } from "../mocks/openai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { mockVector } from "../mocks/shared/mock-vector.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Vectors of every vendor that makes them, by the clients of both surfaces.

let penstock: TestPenstock;
let openai: MockVendor;
let azure: MockVendor;
let gemini: MockVendor;
let bedrock: BedrockMock;
let ollama: MockVendor;

beforeAll(async () => {
  penstock = await startPenstock();
  openai = startOpenAiMock();
  azure = startAzureOpenAiMock();
  gemini = startGeminiMock();
  bedrock = startBedrockMock();
  ollama = startOllamaMock();
  const small = "text-embedding-3-small";
  await penstock.addProvider({
    name: "openai-prod",
    driver: "openai",
    vendor: openai,
    models: [small, "gpt-4o"],
  });
  await penstock.addProvider({
    name: "compatible",
    driver: "openai_completions",
    vendor: openai,
    models: [small],
  });
  await penstock.addProvider({ name: "azure-prod", driver: "azure_openai", vendor: azure, models: [small] });
  await penstock.addProvider({
    name: "azure-classic",
    driver: "azure_openai",
    vendor: azure,
    models: [small],
    options: { api_version: "2024-10-21" },
  });
  await penstock.addProvider({
    name: "google-prod",
    driver: "gemini",
    vendor: gemini,
    models: ["gemini-embedding-001", "gemini-2.5-flash"],
  });
  await penstock.addProvider({
    name: "local",
    driver: "ollama",
    vendor: ollama,
    models: ["nomic-embed-text"],
  });
  await penstock.addProvider({
    name: "aws-prod",
    driver: "bedrock",
    vendor: bedrock,
    models: [
      "amazon.titan-embed-image-v1",
      "amazon.nova-2-multimodal-embeddings-v1:0",
      "amazon.titan-embed-text-v2:0",
      "cohere.embed-english-v3",
      "cohere.embed-v4:0",
    ],
  });
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([openai.close(), azure.close(), gemini.close(), bedrock.close(), ollama.close()]);
});

const client = () =>
  new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey: penstock.gatewayKey, maxRetries: 0 });
const google = () => new GoogleGenAI({ apiKey: penstock.gatewayKey, httpOptions: { baseUrl: penstock.url } });
const path = "/v1/embeddings";

/** Every model, and the vector its vendor makes of a text. */
const models: readonly { model: string; vector: (text: string) => readonly number[]; size: number }[] = [
  ...["openai-prod", "compatible", "azure-prod", "azure-classic"].map((provider) => ({
    model: `${provider}/text-embedding-3-small`,
    vector: (text: string) => mockVector(text, 1536),
    size: 1536,
  })),
  {
    model: "gemini-embedding-001",
    vector: (text) => mockVector([text, "TASK_TYPE_UNSPECIFIED"], 3072),
    size: 3072,
  },
  { model: "nomic-embed-text", vector: (text) => mockVector(text, 768), size: 768 },
  { model: "amazon.titan-embed-text-v2:0", vector: (text) => mockVector(text, 1024), size: 1024 },
  { model: "amazon.titan-embed-image-v1", vector: (text) => mockVector(text, 1024), size: 1024 },
  {
    model: "amazon.nova-2-multimodal-embeddings-v1:0",
    vector: (text) => mockVector([text, "GENERIC_INDEX"], 3072),
    size: 3072,
  },
  {
    model: "cohere.embed-english-v3",
    vector: (text) => mockVector([text, "search_document"], 1024),
    size: 1024,
  },
  { model: "cohere.embed-v4:0", vector: (text) => mockVector([text, "search_document"], 1536), size: 1536 },
];

describe.each(models)("$model", ({ model, vector, size }) => {
  test("OpenAI's client gets each text's own vector, exactly, in both encodings", async () => {
    const input = ["first text", "second text", "third text"];
    // Without an encoding the client asks for base64 and decodes it.
    const packed = await client().embeddings.create({ model, input });
    const plain = await client().embeddings.create({ model, input, encoding_format: "float" });
    for (const { data } of [packed, plain]) {
      expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
      expect(data.map(({ embedding }) => Array.from(embedding))).toEqual(
        input.map((text) => [...vector(text)]),
      );
    }
    expect(packed.usage.prompt_tokens).toBeGreaterThan(0);
    expect(packed.object).toBe("list");
  });

  test("Google's client gets them, too", async () => {
    const contents = ["first text", "second text"];
    const { embeddings } = await google().models.embedContent({ model, contents });
    expect(embeddings?.map(({ values }) => values)).toEqual(contents.map((text) => [...vector(text)]));
    const one = await penstock.post(`/v1beta/models/${encodeURI(model)}:embedContent`, {
      content: { parts: [{ text: "first " }, { text: "text" }] },
    });
    expect(await one.json()).toMatchObject({ embedding: { values: [...vector("first text")] } });
  });

  test("more inputs than one call of the vendor takes come back in order", async () => {
    const input = Array.from({ length: 230 }, (_, i) => `text ${i}`);
    const { data } = await client().embeddings.create({ model, input });
    expect(data).toHaveLength(230);
    expect(data[229]?.embedding).toHaveLength(size);
    for (const at of [0, 95, 96, 100, 229])
      expect(Array.from(data[at]?.embedding ?? [])).toEqual([...vector(`text ${at}`)]);
  });
});

test("C095: the same protocol is passed through: unknown fields, dimensions and base64 as they are", async () => {
  const sent = {
    model: "openai-prod/text-embedding-3-small",
    input: [[1, 2], [3]],
    encoding_format: "base64",
  };
  openai.reply({
    unchecked: true,
    json: { data: [{ embedding: "AACAPw==", index: 0 }], usage: { prompt_tokens: 7 }, odd: [1.0] },
  });
  const response = await penstock.post(path, { ...sent, dimensions: 3, x_vendor: { a: 1 } });
  expect(await response.json()).toEqual({
    data: [{ embedding: "AACAPw==", index: 0 }],
    usage: { prompt_tokens: 7 },
    odd: [1],
  });
  expect(openai.lastRequest().body).toEqual({
    ...sent,
    model: "text-embedding-3-small",
    dimensions: 3,
    x_vendor: { a: 1 },
  });
  expect(response.headers.get("x-penstock-loss")).toBeNull();
  const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
  expect(row).toMatchObject({
    surface: "openai-embeddings",
    protocol: "openai-embeddings",
    passthrough: true,
    stream: false,
    usage: { input: 7, output: 0, estimated: false },
  });
  // USD 0.02 per million tokens.
  expect(Number(row.cost_usd)).toBeCloseTo(7 * 0.02e-6, 12);
});

test.each([
  ["openai-chat", "text-embedding-3-small", () => openai, () => mockVector("a", 1536)],
  ["gemini", "gemini-embedding-001", () => gemini, () => mockVector(["a", "TASK_TYPE_UNSPECIFIED"], 3072)],
] as const)(
  "an endpoint of one's own makes them by the protocol it speaks: %s",
  async (protocol, model, vendor, vector) => {
    await penstock.addProvider({
      name: `own-${protocol}`,
      driver: "custom",
      vendor: vendor(),
      models: [model],
      options: {
        protocol,
        ...(protocol === "gemini" && { auth_header: "x-goog-api-key" }),
      },
      unvalidated: true,
    });
    const { data } = await client().embeddings.create({ model: `own-${protocol}/${model}`, input: "a" });
    expect(Array.from(data[0]?.embedding ?? [])).toEqual([...vector()]);
  },
);

test("where a provider's calls may be routed holds for vectors, too", async () => {
  const router = startOpenAiMock();
  await penstock.addProvider({
    name: "router",
    driver: "openrouter",
    vendor: { url: `${router.url}/v1`, apiKey: router.apiKey },
    models: ["text-embedding-3-small"],
    options: { data_collection: "deny", models: "some/chat-model" },
    unvalidated: true,
  });
  const answer = { unchecked: true, json: { data: [{ index: 0, embedding: [0.5] }] } } as const;
  router.reply(answer, answer);
  const body = { model: "router/text-embedding-3-small", input: "a", provider: { sort: "price" } };
  expect((await penstock.post(path, body)).status).toBe(200);
  expect(router.lastRequest().body).toMatchObject({ provider: { data_collection: "deny", sort: "price" } });
  expect(router.lastRequest().body).not.toHaveProperty("models");
  const { embeddings } = await google().models.embedContent({ model: body.model, contents: "a" });
  expect(embeddings?.[0]?.values).toEqual([0.5]);
  expect(router.lastRequest().body).toMatchObject({ provider: { data_collection: "deny" } });
  await router.close();
});

test("a server that ignores the encoding is corrected, so that OpenAI's client can read it", async () => {
  const floats = [0.25, -1.5, 0.1];
  openai.reply({
    unchecked: true,
    json: { object: "list", data: [{ index: 0, embedding: floats }], model: "m" },
  });
  const { data } = await client().embeddings.create({
    model: "compatible/text-embedding-3-small",
    input: "a",
  });
  expect(Array.from(data[0]?.embedding ?? [])).toEqual(floats.map(Math.fround));
});

test("C094: tokens of Cohere come from the header, of Titan from every call, of Gemini by estimate", async () => {
  for (const [model, usage, estimated] of [
    ["cohere.embed-english-v3", 8, false],
    ["amazon.titan-embed-text-v2:0", 8, false],
    ["amazon.nova-2-multimodal-embeddings-v1:0", 8, false],
    ["gemini-embedding-001", 8, true],
  ] as const) {
    const response = await penstock.post(path, { model, input: ["sixteen letters.", "sixteen letters!"] });
    expect(await response.json()).toMatchObject({ usage: { prompt_tokens: usage, total_tokens: usage } });
    const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
    expect(row).toMatchObject({
      outcome: "completed",
      passthrough: false,
      usage: { input: usage, output: 0, estimated },
    });
  }
});

test("settings arrive in the vendor's own words, and what it has none for is a loss", async () => {
  const input = "hello";
  const more = { dimensions: 256, user: "u", input_type: "query" };
  const gem = await penstock.post(path, { model: "gemini-embedding-001", input, ...more });
  expect(gemini.lastRequest().body).toMatchObject({ taskType: "RETRIEVAL_QUERY", outputDimensionality: 256 });
  expect(gem.headers.get("x-penstock-loss")).toBe("user;action=dropped");
  const cohere = await penstock.post(path, { model: "cohere.embed-english-v3", input, ...more });
  expect(bedrock.lastRequest().body).toEqual({ texts: ["hello"], input_type: "search_query" });
  expect(cohere.headers.get("x-penstock-loss")).toBe("user;action=dropped, dimensions;action=dropped");
  const nova = await penstock.post(path, {
    model: "amazon.nova-2-multimodal-embeddings-v1:0",
    input,
    ...more,
  });
  expect(bedrock.lastRequest().body).toMatchObject({
    singleEmbeddingParams: { embeddingPurpose: "TEXT_RETRIEVAL", embeddingDimension: 256 },
  });
  expect(nova.headers.get("x-penstock-loss")).toBe("user;action=dropped");
  const pictures = await penstock.post(path, { model: "amazon.titan-embed-image-v1", input, ...more });
  expect(bedrock.lastRequest().body).toEqual({
    inputText: "hello",
    embeddingConfig: { outputEmbeddingLength: 256 },
  });
  expect(pictures.headers.get("x-penstock-loss")).toBe("input_type;action=dropped, user;action=dropped");
  const titan = await penstock.post(
    path,
    { model: "amazon.titan-embed-text-v2:0", input, ...more },
    { headers: { "x-penstock-strict": "true" } },
  );
  expect([titan.status, titan.headers.get("x-penstock-error")]).toEqual([400, "loss_refused"]);
  const { embeddings } = await google().models.embedContent({
    model: "openai-prod/text-embedding-3-small",
    contents: "hello",
    config: { outputDimensionality: 8, taskType: "CLUSTERING" },
  });
  expect(embeddings?.[0]?.values).toEqual([...mockVector("hello", 8)]);
});

test("Gemini's own body is passed through with the vendor's model in every request of it", async () => {
  const response = await penstock.post("/v1beta/models/google-prod/gemini-embedding-001:batchEmbedContents", {
    requests: ["a", "b"].map((text, i) => ({
      model: "models/google-prod/gemini-embedding-001",
      content: { parts: [{ text }] },
      taskType: i === 0 ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT",
      title: i === 0 ? undefined : "A title",
    })),
  });
  expect(response.status).toBe(200);
  expect(gemini.lastRequest().path).toEndWith("gemini-embedding-001:batchEmbedContents");
  expect(await response.json()).toEqual({
    embeddings: [
      { values: [...mockVector(["a", "RETRIEVAL_QUERY"], 3072)] },
      { values: [...mockVector(["b", "RETRIEVAL_DOCUMENT"], 3072)] },
    ],
  });
});

describe("refusals", () => {
  test.each([
    ["input", {}],
    ["input", { input: "" }],
    ["input", { input: [] }],
    ["input", { input: 7 }],
    ["input", { input: Array.from({ length: 2049 }, () => "a") }],
    ["input[1]", { input: ["a", ""] }],
    ["input[1]", { input: ["a", 5] }],
    ["input[1][0]", { input: [[1], ["a"]] }],
    ["input[1]", { input: [1, -2] }],
    ["dimensions", { input: "a", dimensions: 0 }],
    ["encoding_format", { input: "a", encoding_format: "int8" }],
  ])("%s is named in %j", async (param, body) => {
    const before = openai.requests.length;
    for (const model of ["openai-prod/text-embedding-3-small", "playground-embed"]) {
      const response = await penstock.post(path, { model, ...body });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { param, type: "invalid_request_error" } });
    }
    expect(openai.requests.length).toBe(before);
  });

  test("tokens cannot go to a vendor with a tokenizer of its own", async () => {
    const response = await penstock.post(path, { model: "gemini-embedding-001", input: [[1, 2, 3]] });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: "input[0]" } });
  });

  test.each(["gpt-4o", "playground-llm", "gemini-2.5-flash"])("%s makes no vectors", async (model) => {
    const response = await penstock.post(path, { model, input: "a" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: "operation_unsupported", param: "model", message: expect.stringContaining(model) },
    });
    const other = await penstock.post(`/v1beta/models/${model}:embedContent`, {
      content: { parts: [{ text: "a" }] },
    });
    expect(await other.json()).toMatchObject({ error: { code: 400, status: "INVALID_ARGUMENT" } });
  });

  test.each(["openai-prod/text-embedding-3-small", "playground-embed", "gemini-embedding-001"])(
    "%s does not chat",
    async (model) => {
      const messages = [{ role: "user", content: "Hi" }];
      const response = await penstock.post("/v1/chat/completions", { model, messages });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: "operation_unsupported" } });
    },
  );

  test("settings that differ between the requests of a batch only go to their own vendor", async () => {
    const response = await penstock.post("/v1beta/models/playground-embed:batchEmbedContents", {
      requests: [4, 8].map((outputDimensionality) => ({
        content: { parts: [{ text: "a" }] },
        outputDimensionality,
      })),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining("requests[1].outputDimensionality") },
    });
  });

  test("a failure of one of many calls is the answer, and what was billed before is booked", async () => {
    const fail = { status: 400, json: { message: "Malformed input request" }, unchecked: true } as const;
    bedrock.reply(
      { unchecked: true, json: { embedding: [1], inputTextTokenCount: 5 } },
      { ...fail, pace: { delayMs: 60 } },
      { ...fail, pace: { delayMs: 60 } },
      { ...fail, pace: { delayMs: 60 } },
    );
    const response = await penstock.post(path, {
      model: "amazon.titan-embed-text-v2:0",
      input: ["a", "b", "c", "d"],
    });
    expect(response.status).toBe(400);
    const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
    expect(row).toMatchObject({ outcome: "failed", usage: { input: 5 } });
  });

  test("a client that leaves ends all the calls of its request", async () => {
    const slow = { pace: { delayMs: 5_000 } } as const;
    bedrock.reply(slow, slow, slow, slow);
    const before = bedrock.requests.length;
    const gone = new AbortController();
    const body = { model: "amazon.titan-embed-text-v2:0", input: ["a", "b", "c", "d", "e", "f"] };
    const call = penstock.post(path, body, { signal: gone.signal }).catch(() => undefined);
    while (bedrock.requests.length < before + 4) await Bun.sleep(5);
    gone.abort();
    await call;
    const asked = bedrock.requests.slice(before);
    await Promise.all(asked.map(({ aborted }) => aborted));
    await Bun.sleep(50);
    expect(bedrock.requests.length).toBe(before + 4);
  });

  test("an answer without vectors, or with too few, is the vendor's failure", async () => {
    for (const json of [{ embeddings: [] }, { embeddings: [[0.5]] }, { embeddings: "none" }]) {
      bedrock.reply({ unchecked: true, json });
      const response = await penstock.post(path, { model: "cohere.embed-english-v3", input: ["a", "b"] });
      expect([response.status, response.headers.get("x-penstock-error")]).toEqual([
        502,
        "upstream_malformed",
      ]);
    }
  });

  test("a text that is too long is refused, rather than cut in silence", async () => {
    const response = await penstock.post(path, { model: "nomic-embed-text", input: "word ".repeat(5000) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "context_length_exceeded" } });
  });

  test("the vendor's limits arrive", async () => {
    openai.reply({ status: 429, headers: { "retry-after": "3" }, json: { error: { message: "slow" } } });
    const limited = await penstock.post(path, { model: "openai-prod/text-embedding-3-small", input: "a" });
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "3"]);
  });
});

describe("the playground", () => {
  test("makes unit vectors without an account: equal for equal texts, near for near ones", async () => {
    const input = ["the cat sat on the mat", "a cat sat on a mat", "stock markets fell on Monday"];
    const { data, usage } = await client().embeddings.create({ model: "playground-embed", input });
    const [cat, alike, market] = data.map(({ embedding }) => Array.from(embedding));
    const dot = (a: readonly number[] = [], b: readonly number[] = []) =>
      a.reduce((sum, number, i) => sum + number * (b[i] ?? 0), 0);
    expect(dot(cat, cat)).toBeCloseTo(1, 5);
    expect(dot(cat, alike)).toBeGreaterThan(dot(cat, market) + 0.2);
    expect(usage.prompt_tokens).toBeGreaterThan(10);
    const again = await client().embeddings.create({
      model: "playground-embed",
      input: "the cat sat on the mat",
    });
    expect(Array.from(again.data[0]?.embedding ?? [])).toEqual(cat ?? []);
    const short = await client().embeddings.create({ model: "playground-embed", input, dimensions: 12 });
    expect(short.data[0]?.embedding).toHaveLength(12);
  });

  test("is listed for Google's clients with what it can do", async () => {
    const model = await google().models.get({ model: "playground-embed" });
    expect(model.supportedActions).toContain("embedContent");
  });
});

test("every way to write the path leads there", async () => {
  const body = { model: "playground-embed", input: "a" };
  for (const each of [
    "/embeddings",
    "/v1/v1/embeddings",
    "/openai/v1/embeddings",
    "/v1/p/playground/embeddings",
    "/v1/p/playground/v1/embeddings",
    "/openai/deployments/playground-embed/embeddings?api-version=2024-10-21",
  ]) {
    const response = await penstock.post(each, body);
    expect([each, response.status]).toEqual([each, 200]);
  }
  const azureClient = new AzureOpenAI({
    endpoint: penstock.url,
    apiKey: penstock.gatewayKey,
    apiVersion: "2024-10-21",
  });
  const { data } = await azureClient.embeddings.create({ model: "playground-embed", input: "a" });
  expect(data[0]?.embedding).toHaveLength(256);
  const wrong = await fetch(`${penstock.url}${path}`, {
    headers: { authorization: `Bearer ${penstock.gatewayKey}` },
  });
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
});
