import { describe, expect, test } from "bun:test";
import { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import type { Quirks } from "../protocol.ts";
import { encodeRequest } from "./encode-request.ts";
import { packState } from "./reasoning-state.ts";

const base: NeutralRequest = {
  model: "asked",
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "q" }] }],
  tools: [],
  stop: [],
  stream: false,
  includeUsage: false,
  extra: {},
};
const tool = { kind: "function", name: "f", parameters: { type: "object", properties: {} } } as const;

function encode(request: Partial<NeutralRequest>, options: { traits?: ModelTraits; quirks?: Quirks } = {}) {
  const losses = new LossList();
  const { traits = {}, quirks = {} } = options;
  const text = encodeRequest({ ...base, ...request }, { model: "gpt", traits, quirks, losses });
  return {
    body: JSON.parse(text),
    losses: losses.toArray().map(({ field, action }) => `${field};${action}`),
  };
}

test("the vendor keeps nothing", () => {
  expect(encode({})).toEqual({
    body: { model: "gpt", input: [{ role: "user", content: "q" }], store: false },
    losses: [],
  });
});

test("equal requests give equal bytes, and the fields stand in a fixed order", () => {
  const { body } = encode({
    stream: true,
    temperature: 0.5,
    maxOutputTokens: 100,
    userId: "u",
    tools: [tool],
  });
  expect(Object.keys(body)).toEqual([
    "model",
    "input",
    "tools",
    "max_output_tokens",
    "temperature",
    "safety_identifier",
    "store",
    "stream",
  ]);
});

describe("reasoning", () => {
  const effort: ModelTraits = { reasoning: "effort", efforts: ["low", "medium", "high"] };

  test("is asked for encrypted where the model reasons, and never where it does not", () => {
    expect(encode({}, { traits: effort }).body.include).toEqual(["reasoning.encrypted_content"]);
    expect(encode({ reasoning: { effort: "low" } }).body.include).toEqual(["reasoning.encrypted_content"]);
    expect(
      encode({ reasoning: { effort: "low" } }, { traits: { reasoning: "none" } }).body,
    ).not.toHaveProperty("include");
    expect(encode({}, { traits: effort, quirks: { encrypted_reasoning: false } }).body).not.toHaveProperty(
      "include",
    );
  });

  test("is shown to who asked to see it", () => {
    const reasoning = (asked: NonNullable<NeutralRequest["reasoning"]>) =>
      encode({ reasoning: asked }, { traits: effort }).body.reasoning;
    expect(reasoning({ effort: "high" })).toEqual({ effort: "high" });
    expect(reasoning({ effort: "high", display: "summarized" })).toEqual({ effort: "high", summary: "auto" });
    expect(reasoning({ mode: "budget", budgetTokens: 2000 })).toEqual({ effort: "low", summary: "auto" });
    expect(reasoning({ mode: "adaptive", display: "omitted" })).toBeUndefined();
  });

  test("C050: goes back under its own id with its summary; other vendors' is a loss", () => {
    const state = packState({ id: "rs_1", encrypted: "gAAA", pieces: [1, 1] });
    const messages = (protocol: "openai-responses" | "anthropic-messages"): NeutralRequest["messages"] => [
      ...base.messages,
      {
        role: "assistant",
        parts: [
          { type: "thinking", text: "a\n\nb", signature: state, origin: { protocol } },
          { type: "redacted_thinking", data: "gBBB", origin: { protocol } },
          { type: "text", text: "A" },
        ],
      },
    ];
    const own = encode({ messages: messages("openai-responses") });
    expect(own.losses).toEqual([]);
    expect(own.body.input.slice(1)).toEqual([
      {
        type: "reasoning",
        id: "rs_1",
        summary: [
          { type: "summary_text", text: "a" },
          { type: "summary_text", text: "b" },
        ],
        encrypted_content: "gAAA",
      },
      { type: "reasoning", summary: [], encrypted_content: "gBBB" },
      { role: "assistant", type: "message", content: [{ type: "output_text", text: "A" }] },
    ]);
    const foreign = encode({ messages: messages("anthropic-messages") });
    expect(foreign.body.input).toHaveLength(2);
    expect(foreign.losses).toEqual(["messages[1].thinking;dropped"]);
  });

  test("that led to nothing is left out: the vendor refuses it", () => {
    const parts = [
      { type: "redacted_thinking", data: "gAAA", origin: { protocol: "openai-responses" } },
    ] as const;
    const { body, losses } = encode({
      messages: [...base.messages, { role: "assistant", parts }, ...base.messages],
    });
    expect(body.input).toHaveLength(2);
    expect(losses).toEqual(["messages[1].thinking;dropped"]);
  });
});

describe("tools", () => {
  test("a function says whether it is strict, and C034: the choice is said flat", () => {
    const { body } = encode({ tools: [tool], toolChoice: { mode: "required" }, parallelToolCalls: false });
    expect(body).toMatchObject({
      tools: [{ type: "function", name: "f", parameters: { type: "object", properties: {} }, strict: false }],
      tool_choice: "required",
      parallel_tool_calls: false,
    });
    expect(encode({ tools: [tool], toolChoice: { mode: "named", name: "f" } }).body.tool_choice).toEqual({
      type: "function",
      name: "f",
    });
  });

  test("an allowed subset is native, or filtered", () => {
    const tools = [tool, { ...tool, name: "g" }];
    const toolChoice = { mode: "allowed", names: ["g"], required: true } as const;
    expect(encode({ tools, toolChoice }).body.tool_choice).toEqual({
      type: "allowed_tools",
      mode: "required",
      tools: [{ type: "function", name: "g" }],
    });
    const filtered = encode({ tools, toolChoice }, { quirks: { allowed_tools: false } });
    expect(filtered.body).toMatchObject({ tools: [{ name: "g" }], tool_choice: "required" });
    expect(filtered.losses).toEqual(["tool_choice;emulated"]);
  });

  test("custom tools are native, with their grammar flat, or functions", () => {
    const grammar = { type: "grammar", grammar: { syntax: "lark", definition: "start: A" } };
    const tools = [{ kind: "custom", name: "c", format: grammar }] as const;
    expect(encode({ tools }).body.tools).toEqual([
      { type: "custom", name: "c", format: { type: "grammar", syntax: "lark", definition: "start: A" } },
    ]);
    const emulated = encode({ tools }, { quirks: { custom_tools: false } });
    expect(emulated.body.tools[0].type).toBe("function");
    expect(emulated.losses).toEqual(["tools[0];emulated"]);
  });

  test("C077: other vendors' own tools are losses, and functions survive", () => {
    const tools = [
      { kind: "vendor", name: "web_search_20250305", protocol: "anthropic-messages", value: {} },
      tool,
    ] as const;
    const { body, losses } = encode({ tools });
    expect(body.tools).toHaveLength(1);
    expect(losses).toEqual(["tools[0];dropped"]);
  });

  test("calls pair with results of their kind; failures and pictures are told", () => {
    const { body, losses } = encode({
      messages: [
        ...base.messages,
        {
          role: "assistant",
          parts: [
            { type: "tool_call", id: "a", name: "f", arguments: "", kind: "function" },
            { type: "tool_call", id: "b", name: "c", arguments: "free", kind: "custom" },
            { type: "tool_call", id: "x".repeat(80), name: "f", arguments: "{}", kind: "function" },
          ],
        },
        {
          role: "tool",
          parts: [
            { type: "tool_result", toolCallId: "a", content: [{ type: "text", text: "no" }], isError: true },
            {
              type: "tool_result",
              toolCallId: "b",
              content: [{ type: "image", source: { kind: "url", url: "https://a.example/x.png" } }],
              isError: false,
            },
          ],
        },
      ],
    });
    const long = body.input[3].call_id;
    expect(long).toHaveLength(64);
    expect(body.input.slice(1)).toEqual([
      { type: "function_call", call_id: "a", name: "f", arguments: "{}" },
      { type: "custom_tool_call", call_id: "b", name: "c", input: "free" },
      { type: "function_call", call_id: long, name: "f", arguments: "{}" },
      { type: "function_call_output", call_id: "a", output: "Error: no" },
      {
        type: "custom_tool_call_output",
        call_id: "b",
        output: [{ type: "input_image", image_url: "https://a.example/x.png" }],
      },
      { type: "function_call_output", call_id: long, output: "(no result)" },
    ]);
    expect(losses.toSorted()).toEqual([
      "messages[2].tool_calls;emulated",
      "messages[2].tool_result[0].is_error;emulated",
    ]);
  });
});

test("C043: a schema is said flat", () => {
  const outputFormat = { type: "json_schema", schema: { type: "object" }, strict: true } as const;
  expect(encode({ outputFormat, extra: { verbosity: "low" } }).body.text).toEqual({
    format: { type: "json_schema", name: "response", schema: { type: "object" }, strict: true },
    verbosity: "low",
  });
});

test("limits are kept within what the vendor takes", () => {
  expect(encode({ maxOutputTokens: 5 })).toMatchObject({
    body: { max_output_tokens: 16 },
    losses: ["max_tokens;clamped"],
  });
  expect(encode({ maxOutputTokens: 500 }, { traits: { maxOutputTokens: 100 } }).body.max_output_tokens).toBe(
    100,
  );
});

test("what the protocol has no field for is a loss", () => {
  const { losses } = encode(
    {
      topK: 3,
      seed: 1,
      stop: ["x"],
      frequencyPenalty: 1,
      presencePenalty: 1,
      temperature: 0.5,
      autoCache: { ttl: "5m" },
      extra: { logit_bias: { "1": 2 }, store: true, metadata: { a: "b" }, "input[1].phase": "commentary" },
    },
    { traits: { sampling: false } },
  );
  expect(losses.toSorted()).toEqual([
    "cache_control;dropped",
    "frequency_penalty;dropped",
    "input[1].phase;dropped",
    "logit_bias;dropped",
    "presence_penalty;dropped",
    "seed;dropped",
    "stop;dropped",
    "store;dropped",
    "temperature;dropped",
    "top_k;dropped",
  ]);
});
