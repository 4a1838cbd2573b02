import { expect, test } from "bun:test";
import fc from "fast-check";
import { LossList } from "../neutral/loss.ts";
import type { AssistantPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { responseEvents } from "../neutral/response-events.ts";
import { noUsage } from "../neutral/usage.ts";
import { decodeRequest } from "./decode-request.ts";
import { openaiResponses } from "./protocol.ts";
import { packState } from "./reasoning-state.ts";

const origin = { protocol: "openai-responses" } as const;
const words = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);

const userPart: fc.Arbitrary<UserPart> = fc.oneof(
  words.map((text) => ({ type: "text", text }) as const),
  fc.constantFrom<UserPart>(
    { type: "image", source: { kind: "base64", mediaType: "image/png", data: "AAAA" }, detail: "high" },
    { type: "image", source: { kind: "file-id", fileId: "file_1", protocol: "openai-responses" } },
    { type: "file", source: { kind: "url", url: "https://a.example/x.pdf" } },
    {
      type: "file",
      source: { kind: "base64", mediaType: "application/pdf", data: "JVBE" },
      filename: "x.pdf",
    },
    { type: "audio", source: { kind: "base64", mediaType: "audio/wav", data: "AAAA" }, format: "wav" },
  ),
);

const thinking: fc.Arbitrary<AssistantPart> = fc
  .record({
    pieces: fc.array(words, { maxLength: 3 }),
    id: fc.option(name, { nil: undefined }),
    encrypted: name,
  })
  .map(({ pieces, id, encrypted }) => {
    const sizes = pieces.map((piece) => piece.length);
    const state = packState({ encrypted, pieces: sizes, ...(id !== undefined && { id }) });
    return pieces.length === 0
      ? { type: "redacted_thinking", data: state, origin }
      : { type: "thinking", text: pieces.join("\n\n"), signature: state, origin };
  });

/** One assistant turn with the results of its calls. */
const exchange: fc.Arbitrary<Message[]> = fc
  .record({
    reasoning: fc.array(thinking, { maxLength: 2 }),
    said: fc.array(words, { minLength: 1, maxLength: 2 }),
    calls: fc.array(fc.record({ name, kind: fc.constantFrom("function", "custom"), result: words }), {
      maxLength: 3,
    }),
    salt: fc.nat(),
  })
  .map(({ reasoning, said, calls, salt }) => {
    const id = (i: number) => `call_${salt}_${i}`;
    const parts: AssistantPart[] = [
      ...reasoning,
      ...said.map((text) => ({ type: "text", text }) as const),
      ...calls.map(
        (call, i) =>
          ({
            type: "tool_call",
            id: id(i),
            name: call.name,
            arguments: `{"i":${i}}`,
            kind: call.kind,
          }) as const,
      ),
    ];
    const results: ToolResultPart[] = calls.map(({ result }, i) => ({
      type: "tool_result",
      toolCallId: id(i),
      content: [{ type: "text", text: result }],
      isError: false,
    }));
    const turn: Message = { role: "assistant", parts };
    return results.length === 0 ? [turn] : [turn, { role: "tool", parts: results }];
  });

const request: fc.Arbitrary<NeutralRequest> = fc
  .record({
    system: fc.array(words, { maxLength: 2 }),
    turns: fc.array(fc.tuple(fc.array(userPart, { minLength: 1, maxLength: 3 }), exchange), { maxLength: 3 }),
    last: words,
    stream: fc.boolean(),
  })
  .map(({ system, turns, last, stream }) => ({
    model: "m",
    system: system.map((text) => ({ type: "text", text, role: "developer" }) as const),
    messages: [
      ...turns.flatMap(([parts, rest]): Message[] => [{ role: "user", parts }, ...rest]),
      { role: "user", parts: [{ type: "text", text: last }] },
    ],
    tools: [{ kind: "function", name: "f", parameters: { type: "object" }, strict: true }],
    toolChoice: { mode: "auto" },
    maxOutputTokens: 100,
    temperature: 0.5,
    promptCacheKey: "k",
    stop: [],
    stream,
    includeUsage: true,
    extra: { metadata: { a: "b" } },
  }));

test("what this protocol can say is kept whole, and nothing is called a loss", () => {
  fc.assert(
    fc.property(request, (original) => {
      const losses = new LossList();
      const text = openaiResponses.encodeRequest(original, { model: "m", traits: {}, quirks: {}, losses });
      expect(losses.toArray()).toEqual([]);
      expect(decodeRequest(JSON.parse(text))).toEqual(original);
    }),
    { numRuns: 200 },
  );
});

const response: fc.Arbitrary<NeutralResponse> = exchange.map(([turn]) => {
  const parts = turn?.role === "assistant" ? turn.parts : [];
  return {
    id: "resp_x",
    model: "m",
    created: 5,
    parts,
    stopReason: parts.some(({ type }) => type === "tool_call") ? "tool_calls" : "stop",
    usage: { ...noUsage, input: 3, cacheRead: 4, output: 5, reasoning: 2 },
  };
});

test("an answer says the same whole and as a stream, and its replay is what was said", () => {
  const context = { requestId: "req_x", created: 5, model: "m", includeUsage: true };
  fc.assert(
    fc.property(response, (original) => {
      const whole = JSON.parse(openaiResponses.encodeResponse(original, context));
      const encoder = openaiResponses.createStreamEncoder(context);
      const stream = responseEvents(original)
        .map((event) => encoder.encode(event))
        .join("");
      const last = JSON.parse(stream.slice(stream.lastIndexOf("data: ") + 6)).response;
      expect({ ...last, output: [] }).toEqual({ ...whole, output: [] });
      for (const { output } of [whole, last]) {
        const calls = output.filter((item: { type: string }) => item.type.endsWith("_call"));
        const results = calls.map((item: { type: string; call_id: string }) => ({
          type: `${item.type}_output`,
          call_id: item.call_id,
          output: "ok",
        }));
        const replayed = decodeRequest({ model: "m", input: [...output, ...results] });
        expect(replayed.messages[0]?.parts).toEqual(original.parts);
      }
      expect(openaiResponses.decodeResponse(whole).usage).toMatchObject({
        input: 3,
        cacheRead: 4,
        output: 5,
        reasoning: 2,
      });
    }),
    { numRuns: 200 },
  );
});
