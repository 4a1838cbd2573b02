import { describe, expect, test } from "bun:test";
import { MessagesStreamDecoder } from "./anthropic-messages/decode-stream.ts";
import { MessagesStreamEncoder } from "./anthropic-messages/encode-stream.ts";
import { anthropicMessages } from "./anthropic-messages/protocol.ts";
import { ConverseStreamDecoder } from "./bedrock-converse/decode-stream.ts";
import { ConverseStreamEncoder } from "./bedrock-converse/encode-stream.ts";
import { bedrockConverse } from "./bedrock-converse/protocol.ts";
import { GeminiStreamDecoder } from "./gemini/decode-stream.ts";
import { GeminiStreamEncoder } from "./gemini/encode-stream.ts";
import { gemini } from "./gemini/protocol.ts";
import type { NeutralEvent } from "./neutral/event.ts";
import { ChatStreamDecoder } from "./openai-chat/decode-stream.ts";
import { ChatStreamEncoder } from "./openai-chat/encode-stream.ts";
import { openaiChat } from "./openai-chat/protocol.ts";
import { ResponsesStreamDecoder } from "./openai-responses/decode-stream.ts";
import { ResponsesStreamEncoder } from "./openai-responses/encode-stream.ts";
import { openaiResponses } from "./openai-responses/protocol.ts";
import type { StreamDecoder } from "./protocol.ts";
import type { SseFrame } from "./sse/sse-framer.ts";

const context = { requestId: "req_1", created: 0, model: "m", includeUsage: true };
const data = (value: object): SseFrame => ({ event: undefined, data: JSON.stringify(value) });
const choice = (delta: object, finish: string | null = null) => ({ index: 0, delta, finish_reason: finish });
const candidate = (finishReason?: string) => ({ content: { parts: [{ text: "Hi" }] }, finishReason });

const streams: readonly [name: string, StreamDecoder, readonly SseFrame[]][] = [
  [
    "chat completions",
    new ChatStreamDecoder(),
    [
      data({ id: "c", model: "m", service_tier: "auto", choices: [choice({ content: "Hi" })] }),
      data({ id: "c", model: "m", service_tier: "priority", choices: [choice({}, "stop")] }),
      data({ id: "c", model: "m", choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }),
    ],
  ],
  [
    "Responses",
    new ResponsesStreamDecoder(),
    [
      data({ type: "response.created", response: { id: "r", service_tier: "auto" } }),
      data({ type: "response.completed", response: { status: "completed", service_tier: "priority" } }),
    ],
  ],
  [
    "Messages",
    new MessagesStreamDecoder(),
    [
      data({ type: "message_start", message: { id: "m", usage: { input_tokens: 1 } } }),
      data({
        type: "message_delta",
        delta: { stop_reason: "end_turn" },
        usage: { output_tokens: 1, service_tier: "priority" },
      }),
      data({ type: "message_stop" }),
    ],
  ],
  [
    "Gemini",
    new GeminiStreamDecoder(),
    [
      data({ responseId: "g", candidates: [candidate()], usageMetadata: { promptTokenCount: 1 } }),
      data({ candidates: [candidate("STOP")], usageMetadata: { serviceTier: "PRIORITY" } }),
    ],
  ],
  [
    "Converse",
    new ConverseStreamDecoder(),
    [
      { event: "messageStop", data: JSON.stringify({ stopReason: "end_turn" }) },
      {
        event: "metadata",
        data: JSON.stringify({
          usage: { inputTokens: 1, outputTokens: 1 },
          serviceTier: { type: "priority" },
        }),
      },
    ],
  ],
];

test.each(streams)(
  "a tier that %s tells at the end is the one that served the answer",
  (_, decoder, frames) => {
    const events: NeutralEvent[] = [];
    for (const frame of frames) decoder.decode(frame, events);
    decoder.end(events);
    expect(events.at(-1)).toMatchObject({ type: "finish", serviceTier: "priority" });
    // What is billed is what the last usage says.
    const usage = events.findLast((event) => event.type === "usage");
    if (usage !== undefined) expect(usage).toMatchObject({ usage: { serviceTier: "priority" } });
  },
);

const tokens = { prompt_tokens: 1, completion_tokens: 1 };
const answer = { input_tokens: 1, output_tokens: 1 };

test.each([
  ["chat completions", openaiChat, { service_tier: "flex", usage: tokens, choices: [] }],
  ["Responses", openaiResponses, { service_tier: "flex", usage: answer }],
  ["Messages", anthropicMessages, { usage: { ...answer, service_tier: "flex" } }],
  ["Gemini", gemini, { usageMetadata: { promptTokenCount: 1, serviceTier: "FLEX" } }],
  ["Converse", bedrockConverse, { usage: { inputTokens: 1 }, serviceTier: { type: "flex" } }],
])("a relayed answer of %s is billed at the tier that served it, streamed or whole", (_, protocol, body) => {
  expect(protocol.readUsage(body)?.serviceTier).toBe("flex");
  const { service_tier: _tier, serviceTier: _type, ...untold } = body as Record<string, unknown>;
  if (protocol === openaiChat || protocol === openaiResponses || protocol === bedrockConverse)
    expect(protocol.readUsage(untold)?.serviceTier).toBeUndefined();
  const reader = protocol.createRelayReader();
  const said =
    protocol === openaiResponses
      ? { type: "response.completed", response: body }
      : protocol === anthropicMessages
        ? { type: "message_start", message: { id: "m", ...body } }
        : body;
  reader.read(JSON.stringify(said));
  expect(reader.usage?.serviceTier).toBe("flex");
});

describe("a tier told at the end reaches the client's last words", () => {
  const end: readonly NeutralEvent[] = [
    { type: "start", id: "i", model: "m", serviceTier: "standard" },
    { type: "part-start", index: 0, part: { type: "text" } },
    { type: "text-delta", index: 0, text: "Hi" },
    { type: "part-end", index: 0 },
    { type: "finish", reason: "stop", serviceTier: "priority" },
  ];
  test.each([
    ["chat completions", new ChatStreamEncoder(context), `"service_tier":"priority"`],
    ["Responses", new ResponsesStreamEncoder(context), `"service_tier":"priority"`],
    ["Messages", new MessagesStreamEncoder(context), `"service_tier":"priority"`],
    ["Gemini", new GeminiStreamEncoder(context), `"serviceTier":"priority"`],
    ["Converse", new ConverseStreamEncoder(), `"serviceTier":{"type":"priority"}`],
  ])("of %s", (_, encoder, words) => {
    const texts = end.map((event) => encoder.encode(event));
    expect(texts.slice(0, -1).join("")).not.toContain(words);
    expect(texts.at(-1)).toContain(words);
  });
});
