import { expect, test } from "bun:test";
import fc from "fast-check";
import { LossList } from "../neutral/loss.ts";
import type { AssistantPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import { efforts, type Message, type NeutralRequest } from "../neutral/request.ts";
import { decodeRequest } from "./decode-request.ts";
import { encodeRequest } from "./encode-request.ts";

/** A vendor that takes everything the protocol can say. */
const quirks = {
  developer_role: true,
  max_tokens_field: "max_completion_tokens",
  reasoning_field: "reasoning_details",
  image_in_tool_result: true,
  cache_control: true,
  allowed_tools: true,
  custom_tools: true,
};

const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const base64 = fc.base64String({ minLength: 4, maxLength: 12 }).filter((data) => data !== "");
const cache = fc.constantFrom({ ttl: "5m" } as const, { ttl: "1h" } as const);
const option = <T extends object>(values: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(values, { requiredKeys: [] });

const text = fc
  .tuple(words, option({ cache }))
  .map(([value, rest]) => ({ type: "text" as const, text: value, ...rest }));
const image = fc
  .tuple(
    fc.oneof(
      base64.map((data) => ({ kind: "base64" as const, mediaType: "image/png", data })),
      fc.webUrl().map((url) => ({ kind: "url" as const, url })),
    ),
    option({ detail: fc.constantFrom("low" as const, "high" as const), cache }),
  )
  .map(([source, rest]) => ({ type: "image" as const, source, ...rest }));
const file = fc.tuple(base64, option({ filename: words })).map(([data, rest]) => ({
  type: "file" as const,
  source: { kind: "base64" as const, mediaType: "application/pdf", data },
  ...rest,
}));
const audio = base64.map((data) => ({
  type: "audio" as const,
  source: { kind: "base64" as const, mediaType: "audio/wav", data },
  format: "wav",
}));
const origin = fc.constantFrom(
  { protocol: "openai-chat" } as const,
  { protocol: "anthropic-messages" } as const,
  { protocol: "gemini" } as const,
  { protocol: "openai-responses" } as const,
);
const reasoning = fc.oneof(
  fc
    .tuple(words, origin, option({ signature: words }))
    .map(([value, from, rest]) => ({ type: "thinking" as const, text: value, origin: from, ...rest })),
  fc.tuple(words, origin).map(([data, from]) => ({ type: "redacted_thinking" as const, data, origin: from })),
);

const userTurn = fc
  .tuple(fc.array(fc.oneof(text, image, file, audio), { maxLength: 3 }), option({ name: words }))
  .map(([parts, rest]): Message[] => [{ role: "user", parts: parts satisfies UserPart[], ...rest }]);
const laterSystem = fc
  .tuple(
    fc.constantFrom("system" as const, "developer" as const),
    fc.array(text, { minLength: 1, maxLength: 2 }),
  )
  .map(([authority, parts]): Message[] => [{ role: "system", authority, parts }]);
const plainAnswer = fc
  .tuple(fc.array(reasoning, { maxLength: 2 }), text)
  .map(([blocks, answer]): Message[] => [
    { role: "assistant", parts: [...blocks, answer] satisfies AssistantPart[] },
  ]);
const toolTurn = fc
  .tuple(
    fc.array(reasoning, { maxLength: 1 }),
    fc.array(text, { maxLength: 1 }),
    fc.uniqueArray(words, { minLength: 1, maxLength: 3 }),
    fc.constantFrom("function" as const, "custom" as const),
    fc.array(fc.oneof(text, image), { maxLength: 2 }),
  )
  .map(([blocks, answer, ids, kind, content]): Message[] => {
    const call = (id: string) => ({ type: "tool_call" as const, id, name: "f", arguments: '{"a":1}', kind });
    const result = (id: string): ToolResultPart => ({
      type: "tool_result",
      toolCallId: id,
      content,
      isError: false,
    });
    return [
      { role: "assistant", parts: [...blocks, ...answer, ...ids.map(call)] },
      { role: "tool", parts: ids.map(result) },
    ];
  });

const schema = fc.constant({ type: "object", properties: { a: { type: "string" } } });
const tools = fc.uniqueArray(
  fc.oneof(
    fc
      .tuple(words, option({ description: words, parameters: schema, strict: fc.boolean(), cache }))
      .map(([name, rest]) => ({ kind: "function" as const, name, ...rest })),
    fc
      .tuple(words, option({ description: words, format: fc.constant({ type: "text" }) }))
      .map(([name, rest]) => ({ kind: "custom" as const, name, ...rest })),
  ),
  { selector: (tool) => tool.name, minLength: 1, maxLength: 3 },
);

const request: fc.Arbitrary<NeutralRequest> = fc
  .tuple(
    fc.array(
      fc
        .tuple(text, fc.constantFrom("system" as const, "developer" as const))
        .map(([part, role]) => ({ ...part, role })),
      { maxLength: 3 },
    ),
    userTurn,
    fc.array(fc.oneof(userTurn, laterSystem, plainAnswer, toolTurn), { maxLength: 4 }),
    fc.option(
      tools.chain((list) => {
        const names = list.map((tool) => tool.name);
        const choice = fc.oneof(
          fc.constantFrom(
            { mode: "auto" } as const,
            { mode: "none" } as const,
            { mode: "required" } as const,
          ),
          fc.constantFrom(...names).map((name) => ({ mode: "named" as const, name })),
          fc.boolean().map((required) => ({ mode: "allowed" as const, names, required })),
        );
        return fc.tuple(fc.constant(list), option({ toolChoice: choice, parallelToolCalls: fc.boolean() }));
      }),
      { nil: undefined },
    ),
    option({
      outputFormat: fc.oneof(
        fc.constant({ type: "json_object" as const }),
        fc
          .tuple(schema, option({ description: words, strict: fc.boolean() }))
          .map(([value, rest]) => ({ type: "json_schema" as const, name: "n", schema: value, ...rest })),
      ),
      reasoning: fc.constantFrom(...efforts).map((effort) => ({ effort })),
      maxOutputTokens: fc.integer({ min: 1, max: 99_999 }),
      temperature: fc.constantFrom(0, 0.3, 2),
      topP: fc.constantFrom(0, 0.5, 1),
      frequencyPenalty: fc.constantFrom(-2, 0.5),
      presencePenalty: fc.constantFrom(-1, 2),
      seed: fc.integer(),
      userId: words,
      serviceTier: fc.constantFrom("flex", "default"),
      promptCacheKey: words,
      autoCache: cache,
    }),
    fc.array(words, { maxLength: 4 }),
    fc.boolean(),
    option({ store: fc.constant(true), verbosity: fc.constant("low"), metadata: fc.constant({ a: "b" }) }),
  )
  .map(([system, first, turns, toolset, rest, stop, stream, extra]) => ({
    model: "m",
    system,
    messages: [...first, ...turns.flat()],
    tools: toolset?.[0] ?? [],
    ...(toolset?.[1] ?? {}),
    ...rest,
    stop,
    stream,
    // Always asked for upstream, so that what comes back says so.
    includeUsage: stream,
    extra,
  }));

test("what is encoded for a vendor that takes everything decodes to the same tree, without a loss", () => {
  fc.assert(
    fc.property(request, (tree) => {
      const losses = new LossList();
      const body = encodeRequest(tree, { model: "m", traits: {}, quirks, losses });
      expect(losses.toArray()).toEqual([]);
      expect(decodeRequest(JSON.parse(body))).toEqual(tree);
      expect(encodeRequest(tree, { model: "m", traits: {}, quirks, losses })).toBe(body);
    }),
    { numRuns: 300 },
  );
});
