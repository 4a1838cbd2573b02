import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import OpenAI, { AzureOpenAI } from "openai";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { type AiWorld, modelOn, startAiWorld, wires } from "./ai-sdk/ai-world.ts";
import { openAiClient } from "./official-clients.ts";

// What the official openai package offers beyond plain calls: its helpers, its Azure class, and answers that are kept.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

const models = wires.map((wire) => ({ wire, model: modelOn[wire] }));
const Place = z.object({ city: z.string(), sunny: z.boolean() });
const openai = () => openAiClient(world.penstock);
const failure = (call: PromiseLike<unknown>) =>
  Promise.resolve(call).then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );

describe.each(models)("helpers on $wire", ({ model }) => {
  const messages = [{ role: "user" as const, content: "Call get_weather for Paris." }];
  const weather = zodFunction({
    name: "get_weather",
    parameters: z.object({ city: z.string() }),
    function: ({ city }) => `sunny in ${city}`,
  });

  test.each([false, true])("runTools runs the tools and asks again (stream: %p)", async (stream) => {
    const { completions } = openai().chat;
    const text = stream
      ? await completions.runTools({ model, messages, tools: [weather], stream: true }).finalContent()
      : await completions.runTools({ model, messages, tools: [weather] }).finalContent();
    expect(text).toContain("sunny in");
  });

  test("parse checks the answer against its schema", async () => {
    const { choices } = await openai().chat.completions.parse({
      model,
      messages: [{ role: "user", content: "Describe Paris." }],
      response_format: zodResponseFormat(Place, "place"),
    });
    expect(Place.parse(choices[0]?.message.parsed)).toHaveProperty("sunny");
  });

  test("responses.stream tells each delta and the whole", async () => {
    let text = "";
    const stream = openai()
      .responses.stream({ model, input: "Hello", store: false })
      .on("response.output_text.delta", ({ delta }) => {
        text += delta;
      });
    const { output_text } = await stream.finalResponse();
    expect(text).toBe(output_text);
    expect(text).toContain("Hello");
  });

  test("inputTokens.count counts", async () => {
    const counted = await openai().responses.inputTokens.count({ model, input: "Hello, world." });
    expect(counted.object).toBe("response.input_tokens");
    expect(counted.input_tokens).toBeGreaterThan(0);
  });
});

describe("answers kept here", () => {
  const model = modelOn.messages;

  test("list what was asked, newest first, page by page", async () => {
    const first = await openai().responses.create({ model, input: "Hello" });
    const second = await openai().responses.create({
      model,
      previous_response_id: first.id,
      input: [{ role: "user", content: "And now?" }],
    });
    const { inputItems } = openai().responses;
    const items = await Array.fromAsync(inputItems.list(second.id, { limit: 1 }));
    expect(items.map((item) => (item.type === "message" ? item.role : item.type))).toEqual([
      "user",
      "assistant",
      "user",
    ]);
    expect(items[0]).toMatchObject({ content: [{ type: "input_text", text: "And now?" }] });
    expect(new Set(items.map(({ id }) => id)).size).toBe(3);
    const oldest = await Array.fromAsync(inputItems.list(second.id, { order: "asc" }));
    expect(oldest).toEqual([...items].reverse());
    expect(await failure(inputItems.list(second.id, { limit: 0 }))).toBeInstanceOf(OpenAI.BadRequestError);
  });

  test("are not streamed again and not cancelled, which is said", async () => {
    const { id } = await openai().responses.create({ model, input: "Hello" });
    expect(await failure(openai().responses.retrieve(id, { stream: true }))).toMatchObject({
      status: 400,
      param: "stream",
    });
    expect(await failure(openai().responses.cancel(id))).toMatchObject({
      status: 400,
      message: expect.stringContaining("is complete"),
    });
  });

  test("belong to their organization, and are gone when `store` is false", async () => {
    const { id } = await openai().responses.create({ model, input: "Hello", store: false });
    for (const call of [
      () => openai().responses.retrieve(id),
      () => openai().responses.delete(id),
      () => openai().responses.cancel(id),
      () => openai().responses.inputItems.list(id),
    ])
      expect(await failure(call())).toBeInstanceOf(OpenAI.NotFoundError);
  });
});

test("an answer that its vendor keeps is gone on from there", async () => {
  const { responses } = openai();
  const first = await responses.create({ model: "gpt-4o-mini", input: "Hello" });
  const second = await responses.create({
    model: "gpt-4o-mini",
    input: "Again",
    previous_response_id: first.id,
  });
  expect(world.vendor("responses").lastRequest().body).toMatchObject({ previous_response_id: first.id });
  expect(second.output_text).toContain("Again");
  expect((await responses.retrieve(first.id)).output_text).toBe(first.output_text);
});

test("what only runs in the background is refused where it cannot", async () => {
  const call = openai().responses.create({ model: modelOn.gemini, input: "Hello", background: true });
  expect(await failure(call)).toMatchObject({ status: 400, param: "background" });
});

test("APIs that the gateway has not are 404s that name them", async () => {
  const client = openai();
  const calls = {
    completions: () => client.completions.create({ model: "gpt-4o-mini", prompt: "Hello" }),
    files: () => client.files.list(),
    batches: () => client.batches.list(),
    images: () => client.images.generate({ prompt: "A cat" }),
    moderations: () => client.moderations.create({ input: "Hello" }),
    conversations: () => client.conversations.create({}),
  };
  for (const [api, call] of Object.entries(calls)) {
    const error = await failure(call());
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ message: expect.stringContaining(`no \`${api}\``) });
  }
});

describe.each([
  { paths: "the paths without a version", options: {} },
  { paths: "the paths of deployments", options: { deployment: "gpt-4o-mini" } },
  { paths: "/openai/v1", options: { baseURL: "/openai/v1" } },
])("AzureOpenAI on $paths", ({ options: { baseURL, ...options } }) => {
  const azure = () =>
    new AzureOpenAI({
      ...(baseURL === undefined
        ? { endpoint: world.penstock.url, ...options }
        : { baseURL: world.penstock.url + baseURL }),
      apiKey: world.penstock.gatewayKey,
      apiVersion: "2025-04-01-preview",
      maxRetries: 0,
    });

  test("chat, whole and streamed, on its own and on another wire", async () => {
    for (const model of ["gpt-4o-mini", modelOn.messages]) {
      const messages = [{ role: "user" as const, content: "Hello" }];
      const { choices } = await azure().chat.completions.create({ model, messages });
      expect(choices[0]?.message.content).toContain("Hello");
      expect(await azure().chat.completions.stream({ model, messages }).finalContent()).toContain("Hello");
    }
  });

  test("responses, kept and counted", async () => {
    const { responses } = azure();
    const first = await responses.create({ model: modelOn.messages, input: "Hello" });
    expect((await responses.retrieve(first.id)).id).toBe(first.id);
    const next = { model: modelOn.messages, previous_response_id: first.id, input: "Again" };
    expect((await responses.stream(next).finalResponse()).output_text).toContain("Again");
    await responses.delete(first.id);
  });

  test("vectors and models", async () => {
    // A deployment of the client's options stands before the model of each call.
    if (!("deployment" in options)) {
      const { data } = await azure().embeddings.create({
        model: "text-embedding-3-small",
        input: ["a", "b"],
      });
      expect(data).toHaveLength(2);
    }
    const ids = (await Array.fromAsync(azure().models.list())).map(({ id }) => id);
    expect(ids).toContain(modelOn.gemini);
    expect((await azure().models.retrieve(modelOn.gemini)).id).toBe(modelOn.gemini);
  });

  test("errors are of its own classes", async () => {
    const call = azure().responses.create({ model: "gpt-9", input: "Hello" });
    expect(await failure(call)).toBeInstanceOf(AzureOpenAI.NotFoundError);
  });
});
