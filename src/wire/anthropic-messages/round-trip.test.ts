import { expect, test } from "bun:test";
import fc from "fast-check";
import { LossList } from "../neutral/loss.ts";
import type { AssistantPart, TextPart, ToolCallPart, UserPart } from "../neutral/part.ts";
import type { Message, NeutralRequest, ToolChoice } from "../neutral/request.ts";
import { decodeRequest } from "./decode-request.ts";
import { encodeRequest } from "./encode-request.ts";

const origin = { protocol: "anthropic-messages" } as const;
const words = fc
  .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
  .filter((text) => text.trim() === text);
const id = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
const object = fc.dictionary(id, fc.jsonValue({ maxDepth: 2 }));

const text: fc.Arbitrary<TextPart> = words.map((value) => ({ type: "text", text: value }));
const userPart: fc.Arbitrary<UserPart> = fc.oneof(
  text,
  fc.constantFrom<UserPart>(
    { type: "image", source: { kind: "base64", mediaType: "image/png", data: "AA==" } },
    { type: "image", source: { kind: "url", url: "https://x/y.png" } },
    {
      type: "file",
      source: { kind: "base64", mediaType: "application/pdf", data: "AA==" },
      filename: "a.pdf",
      citations: true,
    },
    { type: "file", source: { kind: "text", mediaType: "text/plain", text: "t" }, context: "c" },
    { type: "file", source: { kind: "file-id", fileId: "file_1", protocol: "anthropic-messages" } },
    {
      type: "opaque",
      name: "search_result",
      protocol: "anthropic-messages",
      value: { type: "search_result", source: "s" },
    },
  ),
);
const thinking: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({
    type: fc.constant("thinking" as const),
    text: fc.string(),
    signature: fc.base64String({ minLength: 4 }),
    origin: fc.constant(origin),
  }),
  fc.record({
    type: fc.constant("redacted_thinking" as const),
    data: fc.base64String({ minLength: 4 }),
    origin: fc.constant(origin),
  }),
);
const args = object.map((value) => JSON.stringify(value));

/** A user's turn and the model's answer; calls are answered at once. */
const exchange = fc.record({
  asked: fc.array(userPart, { minLength: 1, maxLength: 3 }),
  thought: fc.array(thinking, { maxLength: 2 }),
  said: fc.array(text, { minLength: 1, maxLength: 2 }),
  called: fc.array(args, { maxLength: 3 }),
  failed: fc.boolean(),
});

const conversation = fc.array(exchange, { minLength: 1, maxLength: 4 }).map((exchanges) => {
  const messages: Message[] = [];
  let calls = 0;
  for (const { asked, thought, said, called, failed } of exchanges) {
    const made = called.map((text): ToolCallPart => {
      return { type: "tool_call", id: `toolu_${calls++}`, name: "f", arguments: text, kind: "function" };
    });
    messages.push(
      { role: "user", parts: asked },
      { role: "assistant", parts: [...thought, ...said, ...made] },
    );
    if (made.length === 0) continue;
    const parts = made.map((call) => ({
      type: "tool_result" as const,
      toolCallId: call.id,
      content: [{ type: "text" as const, text: "done" }],
      isError: failed,
    }));
    messages.push({ role: "tool", parts });
  }
  const last: Message = { role: "user", parts: [{ type: "text", text: "go on" }] };
  return [...messages, last];
});

const choice = fc.constantFrom<ToolChoice>(
  { mode: "auto" },
  { mode: "none" },
  { mode: "required" },
  { mode: "named", name: "f" },
);
const request: fc.Arbitrary<NeutralRequest> = fc.record(
  {
    model: fc.constant("claude-x"),
    system: fc.array(
      text.map((part) => ({ ...part, role: "system" as const })),
      { maxLength: 2 },
    ),
    messages: conversation,
    tools: fc.constant([
      { kind: "function", name: "f", description: "d", parameters: { type: "object", properties: {} } },
      {
        kind: "vendor",
        name: "web_search",
        protocol: "anthropic-messages",
        value: { type: "web_search_20250305", name: "web_search" },
      },
    ] as const),
    toolChoice: choice,
    outputFormat: fc.constant({
      type: "json_schema",
      schema: { type: "object", additionalProperties: false },
    } as const),
    reasoning: fc.record(
      {
        mode: fc.constant("adaptive" as const),
        effort: fc.constantFrom("low", "medium", "high", "xhigh", "max"),
        display: fc.constantFrom("summarized", "omitted"),
      },
      { requiredKeys: ["mode"] },
    ),
    maxOutputTokens: fc.integer({ min: 0, max: 64_000 }),
    stop: fc.array(words, { maxLength: 3 }),
    stream: fc.constant(true),
    includeUsage: fc.constant(true),
    userId: id,
    serviceTier: fc.constantFrom("auto", "standard_only"),
    autoCache: fc.constantFrom({ ttl: "5m" } as const, { ttl: "1h" } as const),
    extra: fc.constant({}),
  },
  {
    requiredKeys: [
      "model",
      "system",
      "messages",
      "tools",
      "maxOutputTokens",
      "stop",
      "stream",
      "includeUsage",
      "extra",
    ],
  },
);

test("what this protocol can say is kept whole, and nothing is called a loss", () => {
  fc.assert(
    fc.property(request, (tree) => {
      const losses = new LossList();
      const traits = { reasoning: "adaptive" } as const;
      const sent = encodeRequest(tree, { model: tree.model, traits, quirks: {}, losses });
      expect(losses.toArray()).toEqual([]);
      const back = decodeRequest(JSON.parse(sent));
      expect(normal(back)).toEqual(normal(tree));
    }),
  );
});

/** Turns the API would merge anyway are one; arguments are compared as the values they are. */
function normal(tree: NeutralRequest): unknown {
  const merged: { role: string; parts: unknown[] }[] = [];
  for (const { role, parts } of tree.messages) {
    const plain = parts.map((part) =>
      part.type === "tool_call" ? { ...part, arguments: JSON.parse(part.arguments) } : part,
    );
    const last = merged.at(-1);
    if (last?.role === role) last.parts.push(...plain);
    else merged.push({ role, parts: plain });
  }
  return { ...tree, messages: merged };
}
