import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ApiError, type CallableTool, FunctionCallingConfigMode, GoogleGenAI } from "@google/genai";
import { type AiWorld, modelOn, startAiWorld, wires } from "./ai-sdk/ai-world.ts";

// What the official @google/genai package offers beyond plain calls: chats, functions it calls itself, lists.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

const models = wires.map((wire) => ({ wire, model: modelOn[wire] }));
const google = () =>
  new GoogleGenAI({ apiKey: world.penstock.gatewayKey, httpOptions: { baseUrl: world.penstock.url } });
const failure = (call: PromiseLike<unknown>) =>
  Promise.resolve(call).then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
const declaration = {
  name: "get_weather",
  description: "The weather in a city",
  parametersJsonSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

describe.each(models)("on $wire", ({ model }) => {
  test("a chat goes on, whole and streamed, and keeps its history", async () => {
    const chat = google().chats.create({ model, config: { systemInstruction: "Be terse." } });
    expect((await chat.sendMessage({ message: "Hello" })).text).toContain("Hello");
    let text = "";
    for await (const chunk of await chat.sendMessageStream({ message: "Again" })) text += chunk.text ?? "";
    expect(text).toContain("Again");
    expect((await chat.sendMessage({ message: "Bye" })).text).toContain("Bye");
    // The client keeps each chunk of a stream as a content of its own.
    const turns = chat.getHistory().map(({ role }) => role);
    expect(turns.filter((role, i) => role !== turns[i - 1])).toEqual([
      "user",
      "model",
      "user",
      "model",
      "user",
      "model",
    ]);
  });

  test("functions are called by the client itself", async () => {
    const called: unknown[] = [];
    const tool: CallableTool = {
      tool: async () => ({ functionDeclarations: [declaration] }),
      callTool: async (calls) => {
        called.push(...calls);
        return calls.map(({ id, name = "" }) => ({
          functionResponse: { ...(id !== undefined && { id }), name, response: { output: "sunny" } },
        }));
      },
    };
    const { text } = await google().models.generateContent({
      model,
      contents: "Call get_weather.",
      config: { tools: [tool] },
    });
    expect(called).toMatchObject([{ name: "get_weather", args: { city: expect.any(String) } }]);
    expect(text).toContain("sunny");
  });

  test("a function that must be called is, and none when none may", async () => {
    const ask = (mode: FunctionCallingConfigMode) =>
      google().models.generateContent({
        model,
        contents: "Paris?",
        config: {
          tools: [{ functionDeclarations: [declaration] }],
          toolConfig: { functionCallingConfig: { mode } },
        },
      });
    expect((await ask(FunctionCallingConfigMode.ANY)).functionCalls).toMatchObject([{ name: "get_weather" }]);
    const none = await ask(FunctionCallingConfigMode.NONE);
    expect(none.functionCalls).toBeUndefined();
    expect(none.text).toContain("Paris?");
  });

  test("tokens are counted", async () => {
    const { totalTokens } = await google().models.countTokens({ model, contents: "Hello, world." });
    expect(totalTokens).toBeGreaterThan(0);
  });

  test("an answer bound to a schema is JSON", async () => {
    const { text = "" } = await google().models.generateContent({
      model,
      contents: "Describe Paris.",
      config: {
        responseMimeType: "application/json",
        responseJsonSchema: { ...declaration.parametersJsonSchema, additionalProperties: false },
      },
    });
    expect(JSON.parse(text)).toHaveProperty("city");
  });
});

test.each(["gemini-embedding-001", "text-embedding-3-small", "playground-embed"])(
  "vectors by %s",
  async (model) => {
    const { embeddings = [] } = await google().models.embedContent({ model, contents: ["a", "b"] });
    expect(embeddings).toHaveLength(2);
    expect(embeddings[0]?.values).not.toEqual(embeddings[1]?.values ?? []);
  },
);

test("models are listed page by page and found by name", async () => {
  const names: string[] = [];
  for await (const { name } of await google().models.list({ config: { pageSize: 3 } }))
    names.push(name ?? "");
  expect(new Set(names).size).toBe(names.length);
  for (const { model } of models) {
    expect(names).toContain(`models/${model}`);
    expect((await google().models.get({ model })).name).toBe(`models/${model}`);
  }
});

test("APIs that the gateway has not are 404s in Google's words that name them", async () => {
  const client = google();
  const calls = {
    cachedContents: [
      () => client.caches.create({ model: modelOn.gemini, config: { contents: "Hello" } }),
      () => client.caches.list(),
    ],
    files: [
      () => client.files.list(),
      () => client.files.upload({ file: new Blob(["hi"]), config: { mimeType: "text/plain" } }),
    ],
    "such method": [() => client.batches.create({ model: modelOn.gemini, src: [{ contents: "Hello" }] })],
  };
  for (const [api, each] of Object.entries(calls)) {
    for (const call of each) {
      const error = await failure(call());
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ status: 404, message: expect.stringContaining(api) });
    }
  }
});
