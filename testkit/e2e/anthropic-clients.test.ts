import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { z } from "zod";
import { type AiWorld, modelOn, startAiWorld, wires } from "./ai-sdk/ai-world.ts";
import { anthropicClient } from "./official-clients.ts";

// What the official @anthropic-ai/sdk package offers beyond plain calls: its helpers, its beta paths and headers.

let world: AiWorld;
beforeAll(async () => {
  world = await startAiWorld();
});
afterAll(() => world.stop());

const models = wires.map((wire) => ({ wire, model: modelOn[wire] }));
const anthropic = () => anthropicClient(world.penstock);
const failure = (call: PromiseLike<unknown>) =>
  Promise.resolve(call).then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );

describe.each(models)("on $wire", ({ model, wire }) => {
  const ask = { model, max_tokens: 4000, messages: [{ role: "user" as const, content: "Hello, world." }] };

  test("messages.stream tells each delta and the whole", async () => {
    let text = "";
    const message = await anthropic()
      .messages.stream(ask)
      .on("text", (delta) => {
        text += delta;
      })
      .finalMessage();
    expect(message.content.map((block) => (block.type === "text" ? block.text : "")).join("")).toBe(text);
    expect(text).toContain("Hello, world.");
    expect(message.stop_reason).toBe("end_turn");
    expect(message.usage.output_tokens).toBeGreaterThan(0);
  });

  test.each([false, true])("toolRunner runs the tools and asks again (stream: %p)", async (stream) => {
    const called: string[] = [];
    const tools = ["get_weather", "get_time"].map((name) =>
      betaZodTool({
        name,
        description: "About a city",
        inputSchema: z.object({ city: z.string() }),
        run: ({ city }) => {
          called.push(name);
          return `${name} of ${city}`;
        },
      }),
    );
    const params = {
      ...ask,
      tools,
      messages: [{ role: "user" as const, content: "Call get_weather and get_time." }],
    };
    const { messages } = anthropic().beta;
    const message = stream
      ? await messages.toolRunner({ ...params, stream: true }).runUntilDone()
      : await messages.toolRunner(params).runUntilDone();
    expect(called).toEqual(["get_weather", "get_time"]);
    expect(JSON.stringify(message.content)).toContain("get_time of");
  });

  test("parse checks the answer against its schema", async () => {
    const Place = z.object({ city: z.string(), sunny: z.boolean() });
    const message = await anthropic().messages.parse({
      ...ask,
      output_config: { format: zodOutputFormat(Place) },
    });
    expect(Place.parse(message.parsed_output)).toHaveProperty("sunny");
  });

  test("tokens are counted, of replayed reasoning, too", async () => {
    const { messages } = anthropic();
    const thinking = { type: "adaptive" as const };
    const turn = [...ask.messages];
    const first = await messages.create({ ...ask, thinking });
    const replayed = [...turn, { role: "assistant" as const, content: first.content }, ...turn];
    for (const target of [model, modelOn.messages, modelOn.gemini]) {
      const few = await messages.countTokens({ model: target, messages: turn });
      const more = await messages.countTokens({ model: target, messages: replayed });
      expect(few.input_tokens).toBeGreaterThan(0);
      expect(more.input_tokens).toBeGreaterThan(few.input_tokens);
    }
  });

  test("beta.messages speaks by its own path, with its headers", async () => {
    const { beta } = anthropic();
    const message = await beta.messages.create({ ...ask, betas: ["context-1m-2025-08-07"] });
    expect(JSON.stringify(message.content)).toContain("Hello, world.");
    if (wire === "messages")
      expect(world.vendor(wire).lastRequest().headers.get("anthropic-beta")).toContain(
        "context-1m-2025-08-07",
      );
    const streamed = await beta.messages.stream({ ...ask, betas: ["context-1m-2025-08-07"] }).finalMessage();
    expect(JSON.stringify(streamed.content)).toContain("Hello, world.");
    const { input_tokens } = await beta.messages.countTokens({ model, messages: ask.messages });
    expect(input_tokens).toBeGreaterThan(0);
  });
});

describe("message threads", () => {
  const ask = (model: string) => ({ model, max_tokens: 4000 });
  const hello = { role: "user" as const, content: "Hello" };

  test("are kept by their vendor: each turn sends what is new", async () => {
    const thread = anthropic().beta.messages.thread(ask(modelOn.messages));
    await thread.send(hello);
    const { content } = await thread.send({ role: "user", content: "Again" });
    expect(JSON.stringify(content)).toContain("Again");
    expect(world.vendor("messages").lastRequest().body).toMatchObject({
      thread: { type: "continue" },
      messages: [{ content: "Again" }],
    });
  });

  test("one that its vendor has lost is begun anew by the client, from the whole conversation", async () => {
    const thread = anthropic().beta.messages.thread(ask(modelOn.messages));
    await thread.send(hello);
    const details = { error_code: "thread_not_found" };
    const error = { type: "not_found_error", message: "The thread was not found.", details };
    world.vendor("messages").reply({ status: 404, json: { type: "error", error } });
    await thread.send({ role: "user", content: "Again" });
    expect(world.vendor("messages").lastRequest().body).toMatchObject({
      thread: { type: "create" },
      messages: [{ content: "Hello" }, { role: "assistant" }, { content: "Again" }],
    });
  });

  test.each(models.filter(({ wire }) => wire !== "messages"))(
    "on $wire are refused, or done without",
    async ({ model }) => {
      const refused = await failure(anthropic().beta.messages.thread(ask(model)).send(hello));
      expect(refused).toBeInstanceOf(Anthropic.ThreadUnsupportedRequestError);
      const thread = anthropic().beta.messages.thread({
        ...ask(model),
        unsupportedRequestBehavior: "continue_unthreaded",
      });
      await thread.send(hello);
      const { content } = await thread.stream({ role: "user", content: "Again" }).finalMessage();
      expect(JSON.stringify(content)).toContain("Again");
    },
  );
});

test("models are listed page by page and found by id, by both paths", async () => {
  const { models: plain, beta } = anthropic();
  const listed = (await Array.fromAsync(plain.list({ limit: 2 }))).map(({ id }) => id);
  expect(listed).toContain(modelOn.ollama);
  expect(new Set(listed).size).toBe(listed.length);
  expect((await Array.fromAsync(beta.models.list({ limit: 3 }))).map(({ id }) => id)).toEqual(listed);
  for (const id of listed) expect((await plain.retrieve(id)).id).toBe(id);
  expect((await beta.models.retrieve(modelOn.bedrock)).type).toBe("model");
});

test("APIs that the gateway has not are 404s that name them", async () => {
  const { messages, beta } = anthropic();
  const calls = {
    batches: [() => messages.batches.create({ requests: [] }), () => messages.batches.list()],
    files: [() => beta.files.list()],
    skills: [() => beta.skills.list()],
  };
  for (const [api, each] of Object.entries(calls)) {
    for (const call of each) {
      const error = await failure(call());
      expect(error).toBeInstanceOf(Anthropic.NotFoundError);
      expect(error).toMatchObject({ message: expect.stringContaining(`no \`${api}\``) });
    }
  }
});
