import { expect, test } from "bun:test";
import fc from "fast-check";
import { EventStreamFramer } from "../aws-event-stream/event-stream-framer.ts";
import { ResponseCollector } from "../neutral/collect-response.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { LossList } from "../neutral/loss.ts";
import type { AssistantPart, CacheMarker, TextPart, ToolCallPart, UserPart } from "../neutral/part.ts";
import type { Message, NeutralRequest, ToolChoice } from "../neutral/request.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { responseEvents } from "../neutral/response-events.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { ConverseStreamDecoder } from "./decode-stream.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";
import { ConverseStreamEncoder } from "./encode-stream.ts";

const origin = { protocol: "bedrock-converse" } as const;
const words = fc
  .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
  .filter((text) => text.trim() === text);
const id = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
const object = fc.dictionary(id, fc.jsonValue({ maxDepth: 2 }));

const text: fc.Arbitrary<TextPart> = words.map((value) => ({ type: "text", text: value }));
const image = {
  type: "image",
  source: { kind: "base64", mediaType: "image/png", data: "AA==" },
} as const satisfies UserPart;
const userPart: fc.Arbitrary<UserPart> = fc.oneof(
  text,
  fc.constantFrom<UserPart>(
    image,
    { type: "image", source: { kind: "url", url: "s3://bucket/y.png" } },
    { type: "audio", format: "wav", source: { kind: "base64", mediaType: "audio/wav", data: "AA==" } },
    { type: "opaque", name: "guardContent", ...origin, value: { guardContent: { text: { text: "g" } } } },
  ),
);
const thinking: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({
    type: fc.constant("thinking" as const),
    text: words,
    signature: fc.base64String({ minLength: 4 }),
    origin: fc.constant(origin),
  }),
  fc.record({
    type: fc.constant("redacted_thinking" as const),
    data: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString("base64")),
    origin: fc.constant(origin),
  }),
);
const args = object.map((value) => JSON.stringify(value));

/** A user's turn and the model's answer; calls are answered at once. */
const exchange = fc.record({
  asked: fc.array(userPart, { maxLength: 2 }),
  said: fc.array(text, { minLength: 1, maxLength: 2 }),
  thought: fc.array(thinking, { maxLength: 2 }),
  called: fc.array(args, { maxLength: 3 }),
  failed: fc.boolean(),
});

const conversation = fc.array(exchange, { minLength: 1, maxLength: 4 }).map((exchanges) => {
  const messages: Message[] = [];
  let calls = 0;
  for (const [i, { asked, thought, said, called, failed }] of exchanges.entries()) {
    const made = called.map((text): ToolCallPart => {
      return { type: "tool_call", id: `tooluse_${calls++}`, name: "f", arguments: text, kind: "function" };
    });
    const document: UserPart = {
      type: "file",
      source: { kind: "base64", mediaType: "application/pdf", data: "AA==" },
      filename: `report ${i} (a)`,
      citations: true,
    };
    messages.push(
      { role: "user", parts: [...asked, document, { type: "text", text: "read it" }] },
      { role: "assistant", parts: [...thought, ...said, ...made] },
    );
    if (made.length === 0) continue;
    const parts = made.map((call) => ({
      type: "tool_result" as const,
      toolCallId: call.id,
      content: [{ type: "text" as const, text: "done" }, image],
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
const cache = fc.constantFrom<CacheMarker>({ ttl: "5m" }, { ttl: "1h" });
const request: fc.Arbitrary<NeutralRequest> = fc.record(
  {
    model: fc.constant(""),
    system: fc.array(
      fc.record({ part: text, cache: fc.option(cache, { nil: undefined }) }).map(({ part, cache }) => ({
        ...part,
        role: "system" as const,
        ...(cache?.ttl === "5m" && { cache }),
      })),
      { maxLength: 2 },
    ),
    messages: conversation,
    tools: cache.map(
      (marker) =>
        [
          {
            kind: "function",
            name: "f",
            description: "d",
            parameters: { type: "object", properties: {} },
            cache: marker,
          },
          {
            kind: "vendor",
            name: "nova_grounding",
            protocol: "bedrock-converse",
            value: { systemTool: { name: "nova_grounding" } },
          },
        ] as const,
    ),
    toolChoice: choice,
    outputFormat: fc.constant({
      type: "json_schema",
      name: "n",
      schema: { type: "object", additionalProperties: false },
    } as const),
    reasoning: fc.record(
      {
        mode: fc.constant("adaptive" as const),
        effort: fc.constantFrom("low", "medium", "high", "xhigh", "max"),
      },
      { requiredKeys: ["mode"] },
    ),
    maxOutputTokens: fc.integer({ min: 1, max: 64_000 }),
    stop: fc.array(words, { maxLength: 3 }),
    serviceTier: fc.constantFrom("default", "priority", "flex"),
    stream: fc.constant(false),
    includeUsage: fc.constant(false),
    extra: fc.constantFrom<NeutralRequest["extra"]>(
      {},
      {
        guardrailConfig: { guardrailIdentifier: "g", guardrailVersion: "1" },
        performanceConfig: { latency: "optimized" },
        requestMetadata: { team: "a" },
      },
    ),
  },
  {
    requiredKeys: ["model", "system", "messages", "tools", "stop", "stream", "includeUsage", "extra"],
  },
);

test("what this protocol can say is kept whole, and nothing is called a loss", () => {
  fc.assert(
    fc.property(request, (tree) => {
      const losses = new LossList();
      const traits = { reasoning: "adaptive", nativeBody: "messages", structuredOutput: true } as const;
      const sent = encodeRequest(tree, { model: "m", traits, quirks: {}, losses });
      expect(losses.toArray()).toEqual([]);
      const back = decodeRequest(JSON.parse(sent));
      const { additionalModelResponseFieldPaths: paths, ...extra } = back.extra;
      expect(paths).toEqual(tree.stop.length > 0 ? ["/stop_sequence"] : undefined);
      expect(normal({ ...back, extra })).toEqual(normal(tree));
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

const count = fc.nat(1_000_000);
const response: fc.Arbitrary<NeutralResponse> = fc
  .record({
    parts: fc.array(fc.oneof(text, thinking), { maxLength: 4 }),
    called: fc.array(args, { maxLength: 3 }),
    reason: fc.constantFrom(
      "stop" as const,
      "max_tokens" as const,
      "context_exceeded" as const,
      "content_filter" as const,
    ),
    usage: fc.record({
      input: count,
      cacheRead: count,
      cacheWrite5m: count,
      cacheWrite1h: count,
      output: count,
    }),
  })
  .map(({ parts, called, reason, usage }) => ({
    id: "",
    model: "",
    parts: [
      ...parts,
      ...called.map((text, i): ToolCallPart => {
        return { type: "tool_call", id: `tooluse_${i}`, name: "f", arguments: text, kind: "function" };
      }),
    ],
    stopReason: reason === "stop" && called.length > 0 ? "tool_calls" : reason,
    usage: { ...usage, reasoning: 0, audioInput: 0, audioOutput: 0, raw: null },
  }));

const comparable = ({ usage, parts, ...rest }: NeutralResponse) => ({
  ...rest,
  usage: { ...usage, raw: null },
  parts: parts.map((part) =>
    part.type === "tool_call" ? { ...part, arguments: JSON.parse(part.arguments) } : part,
  ),
});

test("an answer comes back as it was, whole and as a stream cut anywhere", () => {
  fc.assert(
    fc.property(response, fc.array(fc.nat(3000), { maxLength: 6 }), (tree, cuts) => {
      expect(comparable(decodeResponse(JSON.parse(encodeResponse(tree))))).toEqual(comparable(tree));
      const encoder = new ConverseStreamEncoder();
      const sent = responseEvents(tree)
        .map((event) => encoder.encode(event))
        .join("");
      const bytes = new Uint8Array(Buffer.from(sent, "latin1"));
      const at = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort(
        (a, b) => a - b,
      );
      const collector = new ResponseCollector();
      for (const event of decode(at.slice(1).map((end, i) => bytes.subarray(at[i], end))))
        collector.add(event);
      expect(comparable(collector.response())).toEqual(comparable(tree));
    }),
  );
});

test("any sequence of vendor events gives a stream that ends once, with every part ended", () => {
  const index = fc.nat(2);
  const event = fc.oneof(
    fc
      .record({
        contentBlockIndex: index,
        start: fc.constantFrom({}, { toolUse: { toolUseId: "t", name: "f" } }, { image: { format: "png" } }),
      })
      .map((data) => ({ event: "contentBlockStart", data })),
    fc
      .record({
        contentBlockIndex: index,
        delta: fc.constantFrom<unknown>(
          { text: "x" },
          { toolUse: { input: "{" } },
          { reasoningContent: { text: "t" } },
          { reasoningContent: { signature: "s" } },
          { reasoningContent: { redactedContent: "AA==" } },
          { citation: {} },
          { image: { source: { bytes: "AA==" } } },
          { unknown: 1 },
          null,
        ),
      })
      .map((data) => ({ event: "contentBlockDelta", data })),
    fc.record({ contentBlockIndex: index }).map((data) => ({ event: "contentBlockStop", data })),
    fc.constantFrom<{ event: string; data: unknown }>(
      { event: "messageStart", data: {} },
      { event: "messageStop", data: { stopReason: "end_turn" } },
      { event: "metadata", data: { usage: { inputTokens: 1 } } },
      { event: "unknown", data: {} },
      { event: "exception:throttlingException", data: { message: "m" } },
      { event: "error:Boom", data: null },
      { event: "contentBlockDelta", data: [] },
    ),
  );
  fc.assert(
    fc.property(fc.array(event), (frames) => {
      const decoder = new ConverseStreamDecoder();
      const events: NeutralEvent[] = [];
      for (const { event, data } of frames) decoder.decode({ event, data: JSON.stringify(data) }, events);
      decoder.end(events);
      const open = new Set<number>();
      events.forEach((event, i) => {
        if (event.type === "part-start") open.add(event.index);
        else if (event.type === "part-end") expect(open.delete(event.index)).toBe(true);
        else if ("index" in event) expect(open.has(event.index)).toBe(true);
        if (event.type === "finish" || event.type === "error") expect(i).toBe(events.length - 1);
      });
      expect(open.size).toBe(0);
      expect(["finish", "error"]).toContain(events.at(-1)?.type ?? "");
    }),
  );
});

function decode(chunks: readonly Uint8Array[]): NeutralEvent[] {
  const framer = new EventStreamFramer();
  const decoder = new ConverseStreamDecoder();
  const frames: SseFrame[] = [];
  const events: NeutralEvent[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  for (const frame of frames) decoder.decode(frame, events);
  decoder.end(events);
  return events;
}
