import { expect, test } from "bun:test";
import fc from "fast-check";
import { LossList } from "../neutral/loss.ts";
import type { AssistantPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { decodeRequest } from "./decode-request.ts";
import { decodeResponse } from "./decode-response.ts";
import { encodeRequest } from "./encode-request.ts";
import { encodeResponse } from "./encode-response.ts";

const traits = {
  reasoning: "effort",
  schemaDialect: "json-schema",
  structuredOutputWithTools: true,
  mediaInToolResults: true,
  efforts: ["minimal", "low", "medium", "high"],
} as const;
const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const base64 = fc.base64String({ minLength: 4, maxLength: 12 });
const own = { protocol: "gemini" } as const;
const option = <T extends object>(values: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(values, { requiredKeys: [] });

const text = words.map((value) => ({ type: "text" as const, text: value }));
const image = base64.map((data) => ({
  type: "image" as const,
  source: { kind: "base64" as const, mediaType: "image/png", data },
}));
const audio = base64.map((data) => ({
  type: "audio" as const,
  source: { kind: "base64" as const, mediaType: "audio/wav", data },
  format: "wav",
}));
const file = base64.map((data) => ({
  type: "file" as const,
  source: { kind: "base64" as const, mediaType: "application/pdf", data },
}));
const reference = fc.constantFrom("gs://bucket/a.pdf", "https://g.example/v1beta/files/x").map((fileId) => ({
  type: "file" as const,
  source: { kind: "file-id" as const, fileId, protocol: "gemini" as const },
}));

const userTurn = fc
  .array(fc.oneof(text, image, audio, file, reference), { minLength: 1, maxLength: 3 })
  .map((parts): Message[] => [{ role: "user", parts: parts satisfies UserPart[] }]);
const signedText = fc
  .tuple(fc.oneof(words, fc.constant("")), base64)
  .map(([value, signature]) => ({ type: "text" as const, text: value, signature, origin: own }));
const thought = fc
  .tuple(words, base64)
  .map(([value, signature]) => ({ type: "thinking" as const, text: value, origin: own, signature }));
const answer = fc
  .array(fc.oneof(signedText, thought), { minLength: 1, maxLength: 3 })
  .map((parts): Message[] => [{ role: "assistant", parts }]);
const calls = fc
  .tuple(
    fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 3 }),
    fc.jsonValue({ maxDepth: 1 }),
    base64,
    words,
  )
  .map(([ids, value, signature, result]): Message[] => [
    {
      role: "assistant",
      parts: ids.map(
        (id, i): AssistantPart => ({
          type: "tool_call",
          id,
          name: "f",
          arguments: JSON.stringify({ value }),
          kind: "function",
          ...(i === 0 && { signature, origin: own }),
        }),
      ),
    },
    {
      role: "tool",
      parts: ids.map(
        (id, i): ToolResultPart => ({
          type: "tool_result",
          toolCallId: id,
          content: [{ type: "text", text: `= ${result}` }],
          isError: i === 1,
        }),
      ),
    },
  ]);

const request: fc.Arbitrary<NeutralRequest> = fc
  .tuple(
    userTurn,
    fc.array(
      fc.oneof(
        calls,
        fc.tuple(answer, userTurn).map((turns) => turns.flat()),
      ),
      { maxLength: 3 },
    ),
    fc.array(words, { maxLength: 2 }),
    option({
      temperature: fc.constantFrom(0, 0.5, 2),
      topP: fc.constantFrom(0, 0.5, 1),
      topK: fc.integer({ min: 1, max: 40 }),
      maxOutputTokens: fc.integer({ min: 1, max: 60_000 }),
      seed: fc.integer({ min: -1000, max: 1000 }),
      frequencyPenalty: fc.constantFrom(-1, 0.5),
      presencePenalty: fc.constantFrom(-1, 0.5),
      reasoning: fc.constantFrom(
        { effort: "minimal", display: "summarized" } as const,
        { effort: "high", display: "omitted" } as const,
      ),
      outputFormat: fc.constantFrom({ type: "json_object" } as const, {
        type: "json_schema" as const,
        schema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
      }),
      toolChoice: fc.constantFrom(
        { mode: "auto" } as const,
        { mode: "none" } as const,
        { mode: "required" } as const,
        { mode: "named", name: "f" } as const,
        { mode: "allowed", names: ["f", "g"], required: true } as const,
        { mode: "allowed", names: ["f"], required: false } as const,
      ),
      serviceTier: fc.constantFrom("flex", "priority"),
    }),
    fc.array(words, { maxLength: 3 }),
  )
  .map(([first, turns, system, options, stop]) => ({
    model: "m",
    system: system.map((value) => ({ type: "text" as const, text: value, role: "system" as const })),
    messages: [...first, ...turns.flat()],
    tools: ["f", "g"].map((name) => ({
      kind: "function" as const,
      name,
      parameters: { type: "object", properties: { value: {} } },
    })),
    ...options,
    stop,
    stream: false,
    includeUsage: false,
    extra: {},
  }));

test("a request that was encoded is read back as it was, without a loss", () => {
  fc.assert(
    fc.property(request, (original) => {
      const losses = new LossList();
      const body = encodeRequest(original, { model: "m", traits, quirks: {}, losses });
      expect(losses.toArray()).toEqual([]);
      expect(decodeRequest({ ...JSON.parse(body), model: "m" })).toEqual(original);
      expect(encodeRequest(original, { model: "m", traits, quirks: {}, losses })).toBe(body);
    }),
    { numRuns: 200 },
  );
});

test("snake case says the same", () => {
  fc.assert(
    fc.property(request, (original) => {
      const losses = new LossList();
      const body = encodeRequest(original, { model: "m", traits, quirks: {}, losses });
      expect(decodeRequest({ ...(snake(JSON.parse(body)) as object), model: "m" })).toEqual(original);
    }),
    { numRuns: 50 },
  );
});

const keptWhole = new Set(["args", "response", "parametersJsonSchema", "responseJsonSchema"]);

function snake(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snake);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      keptWhole.has(key) ? inner : snake(inner),
    ]),
  );
}

test("an answer with anybody's state survives a client of this protocol", () => {
  const anybody = fc.constantFrom("openai-chat", "anthropic-messages", "openai-responses", "gemini" as const);
  const part = fc.tuple(anybody, fc.oneof(words, base64), words).chain(([protocol, signature, value]) => {
    const origin = { protocol };
    return fc.constantFrom<AssistantPart>(
      { type: "thinking", text: value, origin, signature },
      { type: "redacted_thinking", data: signature, origin },
      { type: "text", text: value, origin, signature },
      { type: "tool_call", id: "call-1", name: "f", arguments: "{}", kind: "function", signature, origin },
    );
  });
  fc.assert(
    fc.property(part, (original) => {
      const response = {
        id: "r",
        model: "m",
        parts: [original],
        stopReason: "stop",
      } as unknown as NeutralResponse;
      const usage = decodeResponse({ candidates: [{}] }).usage;
      const context = { requestId: "req", created: 1, model: "m", includeUsage: true };
      const body = JSON.parse(encodeResponse({ ...response, usage }, context));
      const content = body.candidates[0].content;
      const answers = [{ functionResponse: { name: "f", response: {} } }];
      const contents = [
        { parts: [{ text: "x" }] },
        content,
        { parts: original.type === "tool_call" ? answers : [{ text: "y" }] },
      ];
      expect(decodeRequest({ contents }).messages[1]).toEqual({ role: "assistant", parts: [original] });
      for (const { thoughtSignature } of content.parts) {
        if (
          original.type !== "redacted_thinking" &&
          "origin" in original &&
          original.origin?.protocol === "gemini"
        )
          continue;
        expect(Buffer.from(thoughtSignature, "base64").toString("base64")).toBe(thoughtSignature);
      }
    }),
  );
});
