import { describe, expect, test } from "bun:test";
import { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { Message, NeutralRequest, Reasoning } from "../neutral/request.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { noUsage } from "../neutral/usage.ts";
import { decodeRequest } from "./decode-request.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";

const adaptive: ModelTraits = { reasoning: "adaptive" };
const budget: ModelTraits = { reasoning: "budget", maxOutputTokens: 64_000 };

function encode(
  messages: readonly Message[],
  options: { reasoning?: Reasoning; traits?: ModelTraits; max?: number },
) {
  const losses = new LossList();
  const request: NeutralRequest = {
    model: "m",
    system: [],
    messages,
    tools: [{ kind: "function", name: "f" }],
    ...(options.max !== undefined && { maxOutputTokens: options.max }),
    stop: [],
    stream: false,
    includeUsage: false,
    extra: {},
    ...(options.reasoning !== undefined && { reasoning: options.reasoning }),
  };
  const body = JSON.parse(
    encodeRequest(request, { model: "m", traits: options.traits ?? {}, quirks: {}, losses }),
  );
  return { body, losses: losses.toArray().map(({ field, action }) => `${field};${action}`) };
}

const go: Message = { role: "user", parts: [{ type: "text", text: "go" }] };

describe("how much a model reasons", () => {
  const ask = (reasoning: Reasoning, traits: ModelTraits, max: number | undefined = 10_000) =>
    encode([go], { reasoning, traits, ...(max !== undefined && { max }) });

  test("adaptive models get the effort they take", () => {
    const high = ask({ effort: "high" }, adaptive);
    expect(high.body.thinking).toEqual({ type: "adaptive" });
    expect(high.body.output_config).toEqual({ effort: "high" });
    expect(high.losses).toEqual([]);
    const minimal = ask({ effort: "minimal" }, adaptive);
    expect(minimal.body.output_config).toEqual({ effort: "low" });
    expect(minimal.losses).toEqual(["reasoning_effort;clamped"]);
    const without = { ...adaptive, efforts: ["low", "medium", "high", "max"] } as const;
    expect(ask({ effort: "xhigh" }, without).body.output_config).toEqual({ effort: "max" });
  });

  test("a budget becomes an effort for adaptive models", () => {
    const { body, losses } = ask(
      { mode: "budget", budgetTokens: 32_000 },
      { ...adaptive, maxOutputTokens: 64_000 },
    );
    expect(body.thinking).toEqual({ type: "adaptive" });
    expect(body.output_config).toEqual({ effort: "high" });
    expect(losses).toEqual(["reasoning_effort;emulated"]);
  });

  test.each([1025, 2000, 10_000, 64_000])("C041: an effort is a budget below max_tokens %i", (max) => {
    const { body, losses } = ask({ effort: "high" }, budget, max);
    expect(body.max_tokens).toBe(max);
    expect(body.thinking.type).toBe("enabled");
    expect(body.thinking.budget_tokens).toBeGreaterThanOrEqual(1024);
    expect(body.thinking.budget_tokens).toBeLessThan(max);
    expect(losses).toEqual(["reasoning_effort;emulated"]);
  });

  test("with no room for a budget there is none, and it is said", () => {
    const { body, losses } = ask({ effort: "high" }, budget, 500);
    expect(body.thinking).toBeUndefined();
    expect(losses).toContain("reasoning_effort;dropped");
  });

  test("without max_tokens a reasoning model has its ceiling, an unknown one room beyond the budget", () => {
    const known = encode([go], { reasoning: { effort: "low" }, traits: budget }).body;
    expect(known.max_tokens).toBe(64_000);
    expect(known.thinking.budget_tokens).toBe(6400);
    const unknown = encode([go], { reasoning: { mode: "budget", budgetTokens: 40_000 } }).body;
    expect(unknown.thinking.budget_tokens).toBe(40_000);
    expect(unknown.max_tokens).toBeGreaterThan(40_000);
  });

  test("off: said where possible, the least effort where not, nothing where there is none", () => {
    expect(ask({ effort: "none" }, adaptive).body.thinking).toEqual({ type: "disabled" });
    const always = ask({ mode: "disabled" }, { ...adaptive, alwaysReasons: true });
    expect(always.body.thinking).toBeUndefined();
    expect(always.body.output_config).toEqual({ effort: "low" });
    expect(always.losses).toEqual(["reasoning_effort;clamped"]);
    const never = ask({ effort: "none" }, { reasoning: "none" });
    expect(never.body.thinking).toBeUndefined();
    expect(never.losses).toEqual([]);
    expect(ask({ effort: "high" }, { reasoning: "none" }).losses).toEqual(["reasoning_effort;dropped"]);
  });

  test("for an unknown model the caller's own form is sent", () => {
    expect(ask({ mode: "budget", budgetTokens: 2000 }, {}).body.thinking).toEqual({
      type: "enabled",
      budget_tokens: 2000,
    });
    expect(ask({ mode: "adaptive", display: "omitted" }, {}).body.thinking).toEqual({
      type: "adaptive",
      display: "omitted",
    });
  });
});

const signature = "EsoCCpABCBEYAipADjrR+/=";
const origin = { protocol: "anthropic-messages" } as const;
const call = { type: "tool_call", id: "a", name: "f", arguments: "{}", kind: "function" } as const;
const result: Message = {
  role: "tool",
  parts: [{ type: "tool_result", toolCallId: "a", content: [{ type: "text", text: "ok" }], isError: false }],
};

describe("replay", () => {
  test("C049, C059: signed and redacted thinking goes back byte for byte, before the call", () => {
    const turn = [
      { type: "text", text: "let me see" },
      { type: "thinking", text: "hm\n ", signature, origin },
      { type: "redacted_thinking", data: "EmwKAhgB==", origin },
      call,
    ] as const satisfies readonly AssistantPart[];
    const { body, losses } = encode([go, { role: "assistant", parts: turn }, result], {
      traits: adaptive,
      max: 100,
    });
    expect(body.messages[1].content).toEqual([
      { type: "thinking", thinking: "hm\n ", signature },
      { type: "redacted_thinking", data: "EmwKAhgB==" },
      { type: "text", text: "let me see" },
      { type: "tool_use", id: "a", name: "f", input: {} },
    ]);
    expect(losses).toEqual([]);
  });

  test("foreign and unsigned thinking is left out and said", () => {
    const parts: AssistantPart[] = [
      { type: "thinking", text: "x", signature: "s", origin: { protocol: "gemini" } },
      { type: "thinking", text: "y", origin },
      { type: "thinking", text: "z" },
      { type: "text", text: "hello" },
    ];
    const { body, losses } = encode([go, { role: "assistant", parts }, go], { traits: adaptive, max: 100 });
    expect(body.messages[1].content).toEqual([{ type: "text", text: "hello" }]);
    expect(losses).toEqual(["messages[1].thinking;dropped"]);
  });

  test("a budget model does not reason in a tool turn that began without reasoning", () => {
    const messages: Message[] = [go, { role: "assistant", parts: [call] }, result];
    const { body, losses } = encode(messages, { traits: budget, reasoning: { effort: "high" }, max: 9000 });
    expect(body.thinking).toBeUndefined();
    expect(losses).toEqual(["reasoning_effort;dropped"]);
  });
});

describe("C050: another vendor's reasoning survives a Messages client", () => {
  const foreign: readonly AssistantPart[] = [
    { type: "thinking", text: "hm", signature: "id:rs_1/ü+", origin: { protocol: "openai-responses" } },
    { type: "thinking", text: "unsigned", origin: { protocol: "openai-chat" } },
    { type: "redacted_thinking", data: "gAAAAB==", origin: { protocol: "openai-responses" } },
    { type: "thinking", text: "own", signature, origin },
    { type: "text", text: "hello" },
  ];

  test("what is shown and sent back is whose it was, with the same state", () => {
    const response: NeutralResponse = {
      id: "x",
      model: "m",
      parts: foreign,
      stopReason: "stop",
      usage: noUsage,
    };
    const context = { requestId: "req_1", created: 0, model: "m", includeUsage: false };
    const { content } = JSON.parse(encodeResponse(response, context));
    expect(content[0].signature).toStartWith("penstock.openai-responses.");
    expect(content[1].signature).toBe("penstock.openai-chat.");
    expect(content[3].signature).toBe(signature);
    const { messages } = decodeRequest({
      model: "m",
      max_tokens: 1,
      messages: [
        { role: "user", content: "go" },
        { role: "assistant", content },
      ],
    });
    expect(messages[1]?.parts).toEqual([...foreign]);
  });
});
