import { describe, expect, test } from "bun:test";
import { type Loss, LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import { encodeRequest } from "./encode-request.ts";
import type { MessagesBody } from "./schema.ts";

const hello: NeutralRequest = {
  model: "caller's",
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
  tools: [],
  maxOutputTokens: 1000,
  stop: [],
  stream: false,
  includeUsage: false,
  extra: {},
};

interface Encoded {
  readonly body: MessagesBody;
  readonly losses: readonly string[];
}

type Fields = { [K in keyof NeutralRequest]?: NeutralRequest[K] | undefined };

function encode(request: Fields, traits: ModelTraits = {}): Encoded {
  const losses = new LossList();
  const text = encodeRequest({ ...hello, ...request } as NeutralRequest, {
    model: "claude-x",
    traits,
    quirks: {},
    losses,
  });
  return {
    body: JSON.parse(text),
    losses: losses.toArray().map(({ field, action }: Loss) => `${field};${action}`),
  };
}

const text = (value: string) => ({ type: "text", text: value }) as const;
const user = (...parts: string[]): Message => ({ role: "user", parts: parts.map(text) });
const call = (id: string, args = "{}") =>
  ({ type: "tool_call", id, name: "f", arguments: args, kind: "function" }) as const;
const answer = (toolCallId: string, value = "ok") =>
  ({ type: "tool_result", toolCallId, content: [text(value)], isError: false }) as const;
const tool = (name: string, parameters = { type: "object", properties: {} }) =>
  ({ kind: "function", name, parameters }) as const;

describe("tools", () => {
  test("C035: an allowed subset is a shorter list, and the parallel switch sits in the choice", () => {
    const { body, losses } = encode({
      tools: [tool("a"), tool("b"), tool("c")],
      toolChoice: { mode: "allowed", names: ["a", "c"], required: true },
      parallelToolCalls: false,
    });
    expect(body.tools?.map(({ name }) => name)).toEqual(["a", "c"]);
    expect(body.tool_choice).toEqual({ type: "any", disable_parallel_tool_use: true });
    expect(losses).toEqual([]);
    expect(encode({ tools: [tool("a")], parallelToolCalls: false }).body.tool_choice).toEqual({
      type: "auto",
      disable_parallel_tool_use: true,
    });
  });

  test.each([
    [{ mode: "auto" }, { type: "auto" }],
    [{ mode: "none" }, { type: "none" }],
    [{ mode: "required" }, { type: "any" }],
    [
      { mode: "named", name: "a" },
      { type: "tool", name: "a" },
    ],
  ] as const)("choice %j", (toolChoice, expected) => {
    expect(encode({ tools: [tool("a")], toolChoice }).body.tool_choice).toEqual(expected);
  });

  test("a model that cannot be forced is asked in words", () => {
    const request = { tools: [tool("a")], toolChoice: { mode: "named", name: "a" } } as const;
    const { body, losses } = encode(request, { forcedToolChoice: false });
    expect(body.tool_choice).toEqual({ type: "auto" });
    expect(body.system?.at(-1)?.text).toContain("`a`");
    expect(losses).toEqual(["tool_choice;emulated"]);
    const thinking = encode({
      ...request,
      reasoning: { mode: "budget", budgetTokens: 2000 },
      maxOutputTokens: 4000,
    });
    expect(thinking.body.tool_choice).toEqual({ type: "auto" });
  });

  test("C076: calls in the history of a request without tools get definitions", () => {
    const { body, losses } = encode({
      messages: [
        user("go"),
        { role: "assistant", parts: [call("a")] },
        { role: "tool", parts: [answer("a")] },
      ],
    });
    expect(body.tools).toEqual([{ name: "f", input_schema: { type: "object", properties: {} } }]);
    expect(body.tool_choice).toEqual({ type: "none" });
    expect(losses).toEqual(["tools;emulated"]);
  });

  test("schemas whose root is no object, custom tools, foreign vendor tools", () => {
    const { body, losses } = encode({
      tools: [
        { kind: "function", name: "none" },
        { kind: "custom", name: "free", format: { type: "grammar", syntax: "lark", definition: "x" } },
        { kind: "vendor", name: "web_search", protocol: "openai-responses", value: { type: "web_search" } },
        {
          kind: "vendor",
          name: "w",
          protocol: "anthropic-messages",
          value: { type: "web_search_20250305", name: "w" },
        },
      ],
    });
    expect(body.tools?.[0]?.input_schema).toEqual({ type: "object", properties: {} });
    expect(body.tools?.[1]).toMatchObject({
      input_schema: {
        required: ["input"],
        properties: { input: { type: "string", description: expect.stringContaining("lark") } },
      },
    });
    expect(body.tools?.[2]).toEqual({ type: "web_search_20250305", name: "w" });
    expect(losses).toEqual(["tools[1];emulated", "tools[2];dropped"]);
  });
});

describe("limits and sampling", () => {
  test("C040: max_tokens has a default, which is said, and keeps to the model's ceiling", () => {
    const { body, losses } = encode({ maxOutputTokens: undefined });
    expect(body.max_tokens).toBe(8192);
    expect(losses).toEqual(["max_tokens;defaulted"]);
    expect(encode({ maxOutputTokens: undefined }, { maxOutputTokens: 4096 }).body.max_tokens).toBe(4096);
    const clamped = encode({ maxOutputTokens: 99_999 }, { maxOutputTokens: 64_000 });
    expect(clamped.body.max_tokens).toBe(64_000);
    expect(clamped.losses).toEqual(["max_tokens;clamped"]);
  });

  test("C038: temperature above 1 is clamped, and said", () => {
    const { body, losses } = encode({ temperature: 1.7 });
    expect(body.temperature).toBe(1);
    expect(losses).toEqual(["temperature;clamped"]);
  });

  test("what the API has no word for is said by the caller's name", () => {
    const { body, losses } = encode({
      temperature: 0.2,
      topP: 0.5,
      frequencyPenalty: 1,
      presencePenalty: 0,
      seed: 7,
      promptCacheKey: "k",
      stop: ["END", " \n"],
      serviceTier: "flex",
      extra: { logit_bias: { "1": 2 }, n: 2 },
    });
    expect(body.top_p).toBeUndefined();
    expect(body.stop_sequences).toEqual(["END"]);
    expect(body.service_tier).toBe("auto");
    expect(losses.toSorted()).toEqual([
      "frequency_penalty;dropped",
      "logit_bias;dropped",
      "n;dropped",
      "prompt_cache_key;dropped",
      "seed;dropped",
      "service_tier;clamped",
      "stop;dropped",
      "top_p;dropped",
    ]);
  });

  test("a model without sampling, or one that reasons, gets none", () => {
    const sampling = { temperature: 0.2, topK: 3 };
    for (const { body, losses } of [
      encode(sampling, { sampling: false }),
      encode({ ...sampling, reasoning: { mode: "adaptive" } }, { reasoning: "adaptive" }),
    ]) {
      expect(body.temperature).toBeUndefined();
      expect(losses).toEqual(["temperature;dropped", "top_k;dropped"]);
    }
  });
});

describe("structured output", () => {
  const schema = { type: "object", properties: { n: { type: "integer", minimum: 3 } }, required: ["n"] };
  const outputFormat = { type: "json_schema", name: "answer", schema, strict: true } as const;

  test("C044: native, the schema intact but for what the API refuses", () => {
    const { body, losses } = encode({ outputFormat });
    expect(body.output_config?.format).toEqual({
      type: "json_schema",
      schema: {
        type: "object",
        properties: { n: { type: "integer", description: "{minimum: 3}" } },
        required: ["n"],
        additionalProperties: false,
      },
    });
    expect(losses).toEqual(["response_format.schema.properties.n.minimum;dropped"]);
  });

  test("without it: a forced tool, beside the caller's own ones any tool", () => {
    const alone = encode({ outputFormat }, { structuredOutput: false });
    expect(alone.body.tools?.[0]?.input_schema).toEqual(schema);
    expect(alone.body.tool_choice).toEqual({ type: "tool", name: "penstock_json_output" });
    expect(alone.losses).toEqual(["response_format;emulated"]);
    const beside = encode({ outputFormat, tools: [tool("f")] }, { structuredOutput: false });
    expect(beside.body.tool_choice).toEqual({ type: "any" });
    const root = encode(
      { outputFormat: { type: "json_schema", schema: { type: "array" } } },
      { structuredOutput: false },
    );
    expect(root.body.system?.[0]?.text).toContain('{"type":"array"}');
  });

  test("any JSON object is asked for in words", () => {
    const { body, losses } = encode({ outputFormat: { type: "json_object" } });
    expect(body.system?.[0]?.text).toContain("JSON object");
    expect(losses).toEqual(["response_format;emulated"]);
  });
});

describe("cache markers", () => {
  const cache = { ttl: "5m" } as const;

  test("C080: at every place", () => {
    const { body, losses } = encode({
      system: [{ ...text("s"), role: "system", cache: { ttl: "1h" } }],
      tools: [{ ...tool("f"), cache: { ttl: "1h" } }],
      messages: [
        { role: "user", parts: [{ ...text("a"), cache }] },
        { role: "assistant", parts: [call("a")] },
        { role: "tool", parts: [{ ...answer("a"), cache }] },
      ],
      autoCache: undefined,
    });
    expect(body.tools?.[0]?.cache_control).toEqual({ type: "ephemeral", ttl: "1h" });
    expect(body.system?.[0]?.cache_control).toEqual({ type: "ephemeral", ttl: "1h" });
    expect(body.messages[0]?.content[0]?.cache_control).toEqual({ type: "ephemeral" });
    expect(body.messages[2]?.content[0]?.cache_control).toEqual({ type: "ephemeral" });
    expect(losses).toEqual([]);
  });

  test("only the last four in the order of the prefix stay; automatic caching counts", () => {
    const request: Fields = {
      tools: [{ ...tool("f"), cache }],
      system: [{ ...text("s"), role: "system", cache }],
      messages: [{ role: "user", parts: ["a", "b", "c"].map((value) => ({ ...text(value), cache })) }],
    };
    const four = encode(request);
    expect(JSON.stringify(four.body).match(/cache_control/g)).toHaveLength(4);
    expect(four.losses).toEqual(["tools[0].cache_control;dropped"]);
    const auto = encode({ ...request, autoCache: cache });
    expect(auto.body.cache_control).toEqual({ type: "ephemeral" });
    expect(auto.losses).toEqual(["tools[0].cache_control;dropped", "system[0].cache_control;dropped"]);
  });

  test("lives the API does not know, or in an order it refuses, are shortened or lengthened", () => {
    const { body, losses } = encode({
      messages: [
        {
          role: "user",
          parts: [
            { ...text("a"), cache: { ttl: "30m" } },
            { ...text("b"), cache },
            { ...text("c"), cache: { ttl: "1h" } },
          ],
        },
      ],
    });
    const controls = body.messages[0]?.content.map((block) => block.cache_control);
    expect(controls).toEqual([
      { type: "ephemeral", ttl: "1h" },
      { type: "ephemeral" },
      { type: "ephemeral" },
    ]);
    expect(losses).toEqual([
      "messages[0].content[0].cache_control.ttl;clamped",
      "messages[0].content[2].cache_control.ttl;clamped",
    ]);
  });
});
