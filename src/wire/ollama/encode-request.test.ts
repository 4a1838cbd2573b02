import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PenstockError } from "../../errors/penstock-error.ts";
import { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { AssistantPart, UserPart } from "../neutral/part.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import type { Quirks } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { ollama } from "./protocol.ts";
import { ollamaOrigin } from "./schema.ts";

const plain: NeutralRequest = {
  model: "asked",
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "Hi" }] }],
  tools: [],
  stop: [],
  stream: false,
  includeUsage: true,
  extra: {},
};

function encode(
  request: Partial<NeutralRequest>,
  { traits = {}, quirks = {} }: { readonly traits?: ModelTraits; readonly quirks?: Quirks } = {},
): { readonly body: JsonObject; readonly losses: readonly string[] } {
  const losses = new LossList();
  const text = ollama.encodeRequest({ ...plain, ...request }, { model: "qwen3", traits, quirks, losses });
  const body: unknown = JSON.parse(text);
  if (!isObject(body)) throw new TypeError("no object");
  return { body, losses: losses.toArray().map(({ field, action }) => `${field};${action}`) };
}

const user = (...parts: readonly UserPart[]): Message => ({ role: "user", parts });
const assistant = (...parts: readonly AssistantPart[]): Message => ({ role: "assistant", parts });
const png = { kind: "base64", mediaType: "image/png", data: "iVBORw0KGgo=" } as const;
const call = { type: "tool_call", id: "c1", name: "f", arguments: '{"a":1}', kind: "function" } as const;
const result = (isError = false): Message => ({
  role: "tool",
  parts: [{ type: "tool_result", toolCallId: "c1", content: [{ type: "text", text: "42" }], isError }],
});

describe("messages", () => {
  test("hold instructions in one, text and bytes apart, calls as objects and results by the function's name", () => {
    const { body, losses } = encode({
      system: [
        { type: "text", text: "One.", role: "system" },
        { type: "text", text: "Two.", role: "developer" },
      ],
      messages: [
        user({ type: "text", text: "Look" }, { type: "image", source: png }, { type: "text", text: "here" }),
        assistant(
          { type: "thinking", text: "hm", origin: ollamaOrigin },
          { type: "text", text: "Wait" },
          call,
        ),
        result(),
      ],
    });
    expect(body.messages).toEqual([
      { role: "system", content: "One.\n\nTwo." },
      { role: "user", content: "Look\nhere", images: ["iVBORw0KGgo="] },
      {
        role: "assistant",
        content: "Wait",
        thinking: "hm",
        tool_calls: [{ id: "c1", function: { name: "f", arguments: { a: 1 } } }],
      },
      { role: "tool", content: "42", tool_name: "f", tool_call_id: "c1" },
    ]);
    expect(losses).toEqual([]);
  });

  test("digits of arguments that a double cannot hold are kept", () => {
    const losses = new LossList();
    const exact = { ...call, arguments: '{"id":12345678901234567890}' };
    const messages = [plain.messages[0] ?? user(), assistant(exact), result()];
    expect(
      ollama.encodeRequest({ ...plain, messages }, { model: "m", traits: {}, quirks: {}, losses }),
    ).toContain('{"id":12345678901234567890}');
  });

  test("another's thoughts and marks do not get through, and that is said", () => {
    const { body, losses } = encode({
      messages: [
        user({ type: "text", text: "a", cache: { ttl: "5m" } }),
        assistant(
          { type: "thinking", text: "x", origin: { protocol: "gemini" } },
          { type: "redacted_thinking", data: "y" },
          { type: "text", text: "b" },
        ),
      ],
    });
    expect(body.messages).toEqual([
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
    ]);
    expect(losses).toEqual(["messages[0].content[0].cache_control;dropped", "messages[1].thinking;dropped"]);
  });

  test("a failed tool says so in words, and its picture follows", () => {
    const failed: Message = {
      role: "tool",
      parts: [
        { type: "tool_result", toolCallId: "c1", content: [{ type: "image", source: png }], isError: true },
      ],
    };
    const { body, losses } = encode({ messages: [user(), assistant(call), failed] });
    expect(body.messages).toMatchObject([
      {},
      {},
      { role: "tool", content: "Error: the tool failed." },
      { role: "user", images: ["iVBORw0KGgo="] },
    ]);
    expect(losses).toEqual([
      "messages[2].tool_result[0].is_error;emulated",
      "messages[2].tool_result[0].content;emulated",
    ]);
  });

  test("a URL is refused by the name of its part, and announced to whoever fetches", () => {
    const source = { kind: "url", url: "https://example.com/a.png" } as const;
    expect(ollama.inlineMedia?.(source, {})).toBe(true);
    expect(ollama.inlineMedia?.(png, {})).toBe(false);
    let thrown: unknown;
    try {
      encode({ messages: [user({ type: "text", text: "x" }, { type: "image", source })] });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PenstockError);
    expect(thrown instanceof PenstockError && [thrown.code, thrown.param]).toEqual([
      "invalid_request" as never,
      "messages[0].content[1]",
    ]);
  });

  test("a document is its text, or a loss", () => {
    const data = Buffer.from("Grüße").toString("base64");
    const text = {
      type: "file",
      source: { kind: "base64", mediaType: "text/plain", data },
      filename: "a.txt",
    };
    const pdf = { type: "file", source: { kind: "base64", mediaType: "application/pdf", data } };
    const { body, losses } = encode({ messages: [user(text as UserPart, pdf as UserPart)] });
    expect(body.messages).toEqual([{ role: "user", content: "a.txt:\nGrüße" }]);
    expect(losses).toEqual(["messages[0].content[0];emulated", "messages[0].content[1];dropped"]);
  });
});

describe("controls", () => {
  test("stand in `options`, and what was not said is not sent", () => {
    expect(encode({}).body).toEqual({
      model: "qwen3",
      messages: [{ role: "user", content: "Hi" }],
      stream: false,
    });
    const { body, losses } = encode({
      maxOutputTokens: 99,
      temperature: 0.5,
      topP: 0.9,
      topK: 20,
      seed: 7,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      stop: ["END"],
      stream: true,
      extra: { options: { mirostat: 1 }, num_ctx: 8192, min_p: 0.05, keep_alive: "10m", truncate: false },
    });
    expect(body).toMatchObject({
      stream: true,
      keep_alive: "10m",
      truncate: false,
      options: {
        mirostat: 1,
        num_ctx: 8192,
        min_p: 0.05,
        num_predict: 99,
        temperature: 0.5,
        top_p: 0.9,
        top_k: 20,
        seed: 7,
        frequency_penalty: 0.1,
        presence_penalty: 0.2,
        stop: ["END"],
      },
    });
    expect(losses).toEqual([]);
  });

  test("a provider's context length and keep-alive are defaults, not orders", () => {
    const quirks = { num_ctx: 32768, keep_alive: "1h" };
    expect(encode({}, { quirks }).body).toMatchObject({ keep_alive: "1h", options: { num_ctx: 32768 } });
    expect(encode({ extra: { num_ctx: 4096, keep_alive: 0 } }, { quirks }).body).toMatchObject({
      keep_alive: 0,
      options: { num_ctx: 4096 },
    });
  });

  test("what there is no word for is a loss", () => {
    const { losses } = encode({
      userId: "u",
      serviceTier: "flex",
      promptCacheKey: "k",
      extra: { logit_bias: {}, logprobs: true },
      stop: ["", "x"],
      topK: 1.5,
    });
    expect(losses).toEqual([
      "stop;dropped",
      "top_k;clamped",
      "user;dropped",
      "prompt_cache_key;dropped",
      "service_tier;dropped",
      "logit_bias;dropped",
      "logprobs;dropped",
    ]);
  });

  test.each<[string, NeutralRequest["reasoning"], ModelTraits, unknown, readonly string[]]>([
    ["on", { mode: "adaptive" }, {}, true, []],
    ["off", { mode: "disabled" }, {}, false, []],
    ["effort none", { effort: "none" }, {}, false, []],
    ["a level", { effort: "high" }, {}, "high", []],
    ["the most", { effort: "max" }, {}, "max", []],
    ["below the least", { effort: "minimal" }, {}, "low", ["reasoning_effort;clamped"]],
    ["between", { effort: "xhigh" }, {}, "max", ["reasoning_effort;clamped"]],
    [
      "more than the model knows",
      { effort: "max" },
      { efforts: ["low", "medium", "high"] },
      "high",
      ["reasoning_effort;clamped"],
    ],
    ["a budget", { mode: "budget", budgetTokens: 20_000 }, {}, "high", ["reasoning.budget_tokens;emulated"]],
    [
      "off for one that always thinks",
      { mode: "disabled" },
      { alwaysReasons: true },
      "low",
      ["reasoning_effort;clamped"],
    ],
    [
      "on for one that never thinks",
      { effort: "low" },
      { reasoning: "none" },
      undefined,
      ["reasoning_effort;dropped"],
    ],
    ["off for one that never thinks", { mode: "disabled" }, { reasoning: "none" }, undefined, []],
  ])("thinking %s", (_, reasoning, traits, think, losses) => {
    const encoded = encode({ ...(reasoning !== undefined && { reasoning }) }, { traits });
    expect(encoded.body.think).toEqual(think);
    expect(encoded.losses).toEqual([...losses]);
  });

  test.each<[NeutralRequest["outputFormat"], unknown]>([
    [{ type: "text" }, undefined],
    [{ type: "json_object" }, "json"],
    [{ type: "json_schema", schema: { type: "object" }, strict: true }, { type: "object" }],
  ])("the form %p of the answer", (outputFormat, format) => {
    const encoded = encode({ ...(outputFormat !== undefined && { outputFormat }) });
    expect(encoded.body.format).toEqual(format);
    expect(encoded.losses).toEqual([]);
  });
});

describe("tools", () => {
  const tools: NeutralRequest["tools"] = [
    {
      kind: "function",
      name: "f",
      parameters: {
        type: "object",
        properties: { a: { $ref: "#/$defs/A" } },
        required: ["a"],
        $defs: { A: { type: "integer", minimum: 3 } },
      },
    },
    { kind: "function", name: "g" },
  ];

  test("have schemas as the server reads them, and what it would leave out is said", () => {
    const { body, losses } = encode({ tools });
    expect(body.tools).toEqual([
      {
        type: "function",
        function: {
          name: "f",
          parameters: { type: "object", properties: { a: { type: "integer" } }, required: ["a"] },
        },
      },
      { type: "function", function: { name: "g", parameters: { type: "object", properties: {} } } },
    ]);
    expect(losses).toEqual(["tools[0].parameters.properties.a.minimum;dropped"]);
  });

  const names = (body: JsonObject) =>
    Array.isArray(body.tools) ? body.tools.map((tool) => tool.function.name) : undefined;

  test.each<[NeutralRequest["toolChoice"], readonly string[] | undefined, readonly string[]]>([
    [{ mode: "auto" }, ["f", "g"], []],
    [{ mode: "none" }, undefined, ["tool_choice;emulated"]],
    [{ mode: "required" }, ["f", "g"], ["tool_choice;dropped"]],
    [{ mode: "named", name: "g" }, ["g"], ["tool_choice;emulated", "tool_choice;dropped"]],
    [{ mode: "allowed", names: ["f"], required: false }, ["f"], ["tool_choice;emulated"]],
  ])("the choice %p", (toolChoice, expected, losses) => {
    const encoded = encode({ tools: tools.slice(0, 2), ...(toolChoice !== undefined && { toolChoice }) });
    expect(names(encoded.body)).toEqual(expected === undefined ? undefined : [...expected]);
    expect(encoded.losses.filter((loss) => loss.startsWith("tool_choice"))).toEqual([...losses]);
  });

  test("free text becomes an argument, and a tool the vendor should run is a loss", () => {
    const { body, losses } = encode({
      tools: [
        { kind: "custom", name: "shell", format: { type: "grammar", syntax: "lark" } },
        { kind: "vendor", name: "web_search", protocol: "openai-responses", value: {} },
      ],
    });
    expect(body.tools).toMatchObject([{ function: { name: "shell", parameters: { required: ["input"] } } }]);
    expect(losses).toEqual(["tools[0];emulated", "tools[1];dropped"]);
  });
});

describe("a client's request", () => {
  test("comes back from the tree as it was", () => {
    const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    const thought = fc.option(words, { nil: undefined });
    const turn = fc.tuple(words, thought, fc.option(words, { nil: undefined }), fc.boolean());
    const conversation = fc.array(turn, { minLength: 1, maxLength: 4 }).map((turns) =>
      turns.flatMap(([asked, thinking, answer, picture], i): Message[] => {
        const id = `call_${i}`;
        return [
          user({ type: "text", text: asked }, ...(picture ? [{ type: "image", source: png } as const] : [])),
          assistant(
            ...(thinking === undefined
              ? []
              : [{ type: "thinking", text: thinking, origin: ollamaOrigin } as const]),
            ...(answer === undefined ? [] : [{ type: "text", text: answer } as const]),
            { ...call, id },
          ),
          {
            role: "tool",
            parts: [
              {
                type: "tool_result",
                toolCallId: id,
                content: [{ type: "text", text: asked }],
                isError: false,
              },
            ],
          },
        ];
      }),
    );
    const requests = fc.record(
      {
        system: words.map((text) => [{ type: "text", text, role: "system" } as const]),
        messages: conversation,
        tools: fc.constant([{ kind: "function", name: "f", description: "d" } as const]),
        outputFormat: fc.constantFrom<NonNullable<NeutralRequest["outputFormat"]>>(
          { type: "json_object" },
          { type: "json_schema", schema: { type: "object" } },
        ),
        reasoning: fc.constantFrom<NonNullable<NeutralRequest["reasoning"]>>(
          { mode: "adaptive" },
          { mode: "disabled" },
          { effort: "high" },
        ),
        maxOutputTokens: fc.integer({ min: 1, max: 9999 }),
        temperature: fc.constantFrom(0, 0.7, 2),
        topP: fc.constantFrom(0, 0.5, 1),
        topK: fc.integer({ min: 0, max: 100 }),
        seed: fc.integer(),
        stop: fc.array(words, { maxLength: 2 }),
        stream: fc.boolean(),
        extra: fc.constantFrom({}, { keep_alive: 5 }, { options: { num_ctx: 4096 } }),
      },
      { requiredKeys: ["messages"] },
    );
    fc.assert(
      fc.property(requests, (given) => {
        const request = { ...plain, ...given, model: "qwen3" };
        const { body, losses } = encode(request);
        expect(losses).toEqual([]);
        expect(ollama.decodeRequest(body)).toEqual(request);
      }),
    );
  });

  test("streams unless it says otherwise, and -1 is no limit", () => {
    const decoded = ollama.decodeRequest({
      model: "m",
      messages: [{ role: "user", content: "x" }],
      options: { num_predict: -1 },
    });
    expect(decoded.stream).toBe(true);
    expect(decoded).not.toHaveProperty("maxOutputTokens");
    expect(decoded.extra).toEqual({});
  });

  test("results without ids answer the calls in order, by the function's name", () => {
    const { messages } = ollama.decodeRequest({
      messages: [
        { role: "user", content: "x" },
        {
          role: "assistant",
          tool_calls: [
            { function: { name: "f", arguments: { n: 1 } } },
            { function: { name: "g", arguments: {} } },
            { function: { name: "f", arguments: { n: 2 } } },
          ],
        },
        { role: "tool", tool_name: "g", content: "g1" },
        { role: "tool", tool_name: "f", content: "f1" },
        { role: "tool", tool_name: "f", content: "f2" },
      ],
    });
    expect(messages[2]).toMatchObject({
      parts: [{ toolCallId: "call_1_1" }, { toolCallId: "call_1_0" }, { toolCallId: "call_1_2" }],
    });
  });

  test.each<[unknown, string | undefined]>([
    ["x", undefined],
    [{ messages: [] }, "messages"],
    [{ messages: [{ role: "robot", content: "" }] }, "messages[0].role"],
    [{ messages: [{ role: "user", content: ["x"] }] }, "messages[0].content"],
    [
      { messages: [{ role: "user", content: "x", images: ["data:image/png;base64,AA"] }] },
      "messages[0].images[0]",
    ],
    [{ messages: [{ role: "tool", tool_name: "f", content: "x" }] }, "messages[0].tool_name"],
    [
      { messages: [{ role: "assistant", tool_calls: [{ function: { name: "f", arguments: "{}" } }] }] },
      "messages[0].tool_calls[0].function.arguments",
    ],
    [{ messages: [{ role: "user", content: "x" }], think: "much" }, "think"],
    [{ messages: [{ role: "user", content: "x" }], format: "xml" }, "format"],
    [{ messages: [{ role: "user", content: "x" }], options: { stop: "x" } }, "options.stop"],
    [{ messages: [{ role: "user", content: "x" }], options: { temperature: "hot" } }, "options.temperature"],
    [{ messages: [{ role: "user", content: "x" }], tools: [{ type: "web" }] }, "tools[0].type"],
  ])("%p is refused by name", (body, param) => {
    let thrown: unknown;
    try {
      ollama.decodeRequest(body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PenstockError);
    expect(thrown instanceof PenstockError && thrown.param).toBe(param as never);
  });
});
