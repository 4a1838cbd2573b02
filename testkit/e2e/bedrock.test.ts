import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import {
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import OpenAI from "openai";
import { awsClient, collectStream } from "../mocks/bedrock/aws-client.ts";
import { exception } from "../mocks/bedrock/error.ts";
import { frameMessages, recordedMessages, streamReply } from "../mocks/bedrock/event-stream.ts";
import { applicationProfileArn } from "../mocks/bedrock/models.ts";
import { type BedrockMock, startBedrockMock } from "../mocks/bedrock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Clients of OpenAI and Anthropic, unchanged, on Bedrock. The mock recomputes every signature and is strict about every
// field; what AWS's own client gets from it, Penstock's clients must get, too.

const sonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const opus = "us.anthropic.claude-opus-4-6-v1";
const newest = "us.anthropic.claude-opus-5-5-v1:0";
const nova = "amazon.nova-2-lite-v1:0";
const oss = "openai.gpt-oss-120b-1:0";
const mistral = "mistral.mistral-large-2407-v1:0";
const llama = "meta.llama3-3-70b-instruct-v1:0";
const models = [sonnet, opus, newest, nova, oss, mistral, llama, applicationProfileArn];

const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
} as const;

let penstock: TestPenstock;
let mock: BedrockMock;

beforeAll(async () => {
  penstock = await startPenstock();
  mock = startBedrockMock({ account: { sessionToken: "session-token-1" } });
  const { accessKeyId, secretAccessKey } = mock.account;
  const { status, body } = await penstock.api("POST", "/providers", {
    name: "aws",
    driver: "bedrock",
    base_url: mock.url,
    credentials: {
      access_key_id: accessKeyId,
      secret_access_key: secretAccessKey,
      session_token: "session-token-1",
    },
    models,
  });
  if (status !== 201) throw new Error(`refused: ${JSON.stringify(body)}`);
});
afterAll(async () => {
  await penstock.stop();
  await mock.close();
});

const openai = () =>
  new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey: penstock.gatewayKey, maxRetries: 0 });
const anthropic = () => new Anthropic({ baseURL: penstock.url, apiKey: penstock.gatewayKey, maxRetries: 0 });

describe.each(models)("openai SDK on %s", (model) => {
  test.each([false, true])("tools and reasoning over three turns (stream: %p)", async (stream) => {
    const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
      { role: "system", content: "You are terse." },
      { role: "user", content: "What is the weather in Paris?" },
    ];
    const tools = [
      {
        type: "function" as const,
        function: { name: "get_weather", description: "Weather", parameters: schema },
      },
    ];
    const ask = async () => {
      const params = {
        model,
        messages,
        tools,
        reasoning_effort: "low" as const,
        max_completion_tokens: 4000,
      };
      const completion = stream
        ? await openai()
            .chat.completions.stream({ ...params, stream_options: { include_usage: true } })
            .finalChatCompletion()
        : await openai().chat.completions.create(params);
      expect(completion.usage?.total_tokens).toBeGreaterThan(0);
      expect(completion.model).toBe(model);
      const choice = completion.choices[0];
      if (choice === undefined) throw new Error("no choice");
      messages.push(choice.message);
      return choice;
    };
    const first = await ask();
    expect(first.finish_reason).toBe("tool_calls");
    const call = first.message.tool_calls?.[0];
    if (call?.type !== "function") throw new Error("no function call");
    expect(JSON.parse(call.function.arguments)).toHaveProperty("city");
    messages.push({ role: "tool", tool_call_id: call.id, content: "sunny, 21 °C" });
    const second = await ask();
    expect([second.finish_reason, second.message.content]).toEqual([
      "stop",
      expect.stringContaining("sunny, 21 °C"),
    ]);
    messages.push({ role: "user", content: "Thank you." });
    await ask();
  });
});

describe.each([
  [sonnet, "invoke"],
  [opus, "invoke"],
  [newest, "invoke"],
  [nova, "converse"],
  [llama, "converse"],
] as const)("Anthropic SDK on %s", (model, path) => {
  test.each([false, true])("tools and thinking over three turns (stream: %p)", async (stream) => {
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: "What is the weather in Paris?" }];
    const ask = async () => {
      const params = {
        model,
        max_tokens: 4000,
        system: "You are terse.",
        messages,
        tools: [
          {
            name: "get_weather",
            description: "Weather",
            input_schema: schema as unknown as Anthropic.Tool.InputSchema,
          },
        ],
        thinking:
          model === sonnet
            ? { type: "enabled" as const, budget_tokens: 1024 }
            : { type: "adaptive" as const },
      };
      const message = stream
        ? await anthropic().messages.stream(params).finalMessage()
        : await anthropic().messages.create(params);
      expect(message.usage.output_tokens).toBeGreaterThan(0);
      messages.push({ role: "assistant", content: message.content });
      return message;
    };
    const first = await ask();
    expect(first.stop_reason).toBe("tool_use");
    if (path === "invoke") expect(first.content[0]?.type).toBe("thinking");
    const call = first.content.find((block) => block.type === "tool_use");
    if (call === undefined) throw new Error("no tool call");
    const pixel = { type: "base64" as const, media_type: "image/png" as const, data: "iVBORw0KGgo=" };
    messages.push({
      role: "user",
      content: [
        {
          type: "tool_result",
          tool_use_id: call.id,
          content: [
            { type: "text", text: "sunny" },
            { type: "image", source: pixel },
          ],
        },
      ],
    });
    const second = await ask();
    expect(second.content.map((block) => (block.type === "text" ? block.text : "")).join("")).toContain(
      "sunny[image]",
    );
    messages.push({ role: "user", content: "Thank you." });
    await ask();
    const suffix = {
      invoke: ["invoke", "invoke-with-response-stream"],
      converse: ["converse", "converse-stream"],
    }[path];
    expect(mock.lastRequest().path).toEndWith(`/${suffix[stream ? 1 : 0]}`);
  });
});

describe("AWS's own client is the judge", () => {
  const input: ConverseCommandInput = {
    modelId: sonnet,
    system: [{ text: "Be terse." }],
    messages: [{ role: "user", content: [{ text: "Weather in Rome?" }] }],
    inferenceConfig: { maxTokens: 3000 },
    toolConfig: {
      tools: [
        {
          toolSpec: { name: "f", description: "d", inputSchema: { json: { ...schema, required: ["city"] } } },
        },
      ],
    },
    additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 1024 } },
  };
  const chat = {
    model: sonnet,
    max_completion_tokens: 3000,
    messages: [
      { role: "system", content: "Be terse." },
      { role: "user", content: "Weather in Rome?" },
    ],
    tools: [{ type: "function", function: { name: "f", description: "d", parameters: schema } }],
    reasoning: { max_tokens: 1024 },
    reasoning_effort: "low",
  };

  test.each([false, true])(
    "the same question gets the same answer through Penstock (stream: %p)",
    async (stream) => {
      const { account } = mock;
      const client = awsClient(mock, { credentials: { ...account, sessionToken: "session-token-1" } });
      const theirs = stream
        ? (await collectStream(await client.send(new ConverseStreamCommand(input)))).message
        : (await client.send(new ConverseCommand(input))).output?.message;
      const sent = mock.lastRequest().body;
      client.destroy();
      const { reasoning: _, ...body } = chat;
      const answer = await penstock.post("/v1/chat/completions", { ...body, stream });
      expect(answer.status).toBe(200);
      await answer.text();
      const { additionalModelRequestFields, ...ours } = mock.lastRequest().body as Record<string, object>;
      const { additionalModelRequestFields: __, ...official } = sent as Record<string, object>;
      expect(ours).toEqual(official);
      expect(additionalModelRequestFields).toMatchObject({ thinking: { type: "enabled" } });
      const spoken = stream
        ? undefined
        : JSON.parse(await (await penstock.post("/v1/chat/completions", body)).text());
      const call = theirs?.content?.find((block) => block.toolUse !== undefined)?.toolUse;
      if (spoken !== undefined) {
        const [made] = spoken.choices[0].message.tool_calls;
        expect([made.id, made.function.name, JSON.parse(made.function.arguments)]).toEqual([
          call?.toolUseId,
          call?.name,
          call?.input,
        ]);
        const text = theirs?.content?.[0]?.reasoningContent?.reasoningText?.text;
        expect(spoken.choices[0].message.reasoning_content).toBe(text);
      }
    },
  );
});

test("signed reasoning goes back to the byte through a Chat client, hidden reasoning as well", async () => {
  for (const model of [sonnet, oss]) {
    const tools = [{ type: "function" as const, function: { name: "f", parameters: schema } }];
    const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
      { role: "user", content: "Weather in Oslo?" },
    ];
    const params = { model, messages, tools, reasoning_effort: "low" as const };
    const { choices } = await openai().chat.completions.stream(params).finalChatCompletion();
    const message = choices[0]?.message;
    const call = message?.tool_calls?.[0];
    if (message === undefined || call === undefined) throw new Error("no tool call");
    messages.push(message, { role: "tool", tool_call_id: call.id, content: "rain" });
    await openai().chat.completions.create(params);
    const { body } = mock.lastRequest() as {
      body: { messages: { content: { reasoningContent?: object }[] }[] };
    };
    const replayed = body.messages[1]?.content[0]?.reasoningContent;
    if (model === oss) expect(replayed).toEqual({ redactedContent: expect.stringMatching(/./) });
    else
      expect(replayed).toEqual({
        reasoningText: { text: expect.stringMatching(/./), signature: expect.stringMatching(/./) },
      });
  }
});

test("cache markers of a Messages client become cache points, written once and read afterwards", async () => {
  const ask = () =>
    anthropic().messages.create({
      model: nova,
      max_tokens: 100,
      system: [
        { type: "text", text: "A long prompt about cache points.", cache_control: { type: "ephemeral" } },
      ],
      messages: [{ role: "user", content: "Hello" }],
    });
  expect((await ask()).usage.cache_creation_input_tokens).toBeGreaterThan(0);
  expect((await ask()).usage).toMatchObject({
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: expect.any(Number),
  });
});

test("an answer in a schema is native where the model has it, a tool where it has not", async () => {
  const format = {
    type: "json_schema" as const,
    json_schema: { name: "place", schema: { ...schema, additionalProperties: false } },
  };
  for (const model of [opus, nova]) {
    const answer = await openai().chat.completions.create({
      model,
      messages: [{ role: "user", content: "Where?" }],
      response_format: format as unknown as OpenAI.ResponseFormatJSONSchema,
    });
    expect(JSON.parse(answer.choices[0]?.message.content ?? "")).toHaveProperty("city");
    expect(answer.choices[0]?.finish_reason).toBe("stop");
    expect("outputConfig" in (mock.lastRequest().body as object)).toBe(model === opus);
  }
});

test("a picture by URL is a clear refusal that names it", async () => {
  const response = await penstock.post("/v1/chat/completions", {
    model: opus,
    messages: [
      { role: "user", content: [{ type: "image_url", image_url: { url: "https://x.example/a.png" } }] },
    ],
  });
  const { error } = (await response.json()) as { error: { param: string; message: string } };
  expect([response.status, error.param]).toEqual([400, "messages[0].content[0]"]);
  expect(error.message).toContain("base64");
});

describe("failures", () => {
  test.each([
    ["ThrottlingException", "Too many requests", 429],
    ["ModelNotReadyException", "Not ready", 429],
    ["ServiceUnavailableException", "Down", 503],
    ["UnrecognizedClientException", "invalid token", 401],
    ["ValidationException", "Input is too long for requested model.", 400],
  ] as const)("%s reaches the client in its own shape", async (name, message, status) => {
    mock.reply(exception(name, message));
    const error = await openai()
      .chat.completions.create({ model: opus, messages: [{ role: "user", content: "Hi" }] })
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof OpenAI.APIError)) throw new Error("no error of the client");
    if (status === 401) expect([401, 403]).toContain(error.status);
    else expect(error.status).toBe(status);
  });

  test("an exception before any content keeps its status, one after it is an error event", async () => {
    const broken = ["throttlingException", { message: "Too many requests" }] as const;
    mock.reply(streamReply([["messageStart", { role: "assistant" }]], { broken }));
    const before = await penstock.post("/v1/chat/completions", {
      model: opus,
      stream: true,
      messages: [{ role: "user", content: "Hi" }],
    });
    expect(before.status).toBe(429);
    const hello = [["contentBlockDelta", { contentBlockIndex: 0, delta: { text: "Hel" } }]] as const;
    const pace = { cutAt: [frameMessages(hello).length], betweenMs: 30 };
    mock.reply(streamReply(hello, { broken, pace }));
    const after = await penstock.post("/v1/chat/completions", {
      model: opus,
      stream: true,
      messages: [{ role: "user", content: "Hi" }],
    });
    const text = await after.text();
    expect([after.status, text.includes('"error"'), text.includes("[DONE]")]).toEqual([200, true, false]);
  });

  test("a recorded stream, a byte at a time, is the answer it was; cut short it is an error", async () => {
    const recorded = await recordedMessages("amazon-bedrock/amazon-bedrock-text.chunks.txt");
    const ask = () =>
      penstock.post("/v1/messages", {
        model: nova,
        max_tokens: 99,
        stream: true,
        messages: [{ role: "user", content: "r?" }],
      });
    mock.reply(streamReply(recorded, { pace: { chunkBytes: 40, betweenMs: 0 } }));
    const whole = await (await ask()).text();
    expect(whole).toContain("strawberry");
    expect(whole).toContain("event: message_stop");
    mock.reply(streamReply(recorded, { pace: { dropAfter: 700 } }));
    expect(await (await ask()).text()).toContain("event: error");
  });
});
