import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LossList } from "../../src/wire/neutral/loss.ts";
import { isObject } from "../../src/wire/read-json.ts";
import { type Ask, type AskTool, type AskTurn, user } from "./model/ask.ts";
import type { Pair } from "./run/replay.ts";
import { allSurfaces } from "./surfaces/all-surfaces.ts";
import { allWires } from "./wires/all-wires.ts";

// Vendors cache prompts by their bytes: equal requests must be equal to the byte, and a longer conversation must begin as
// the shorter one did, whatever the pair of dialects.

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const schema = fc.uniqueArray(word, { minLength: 1, maxLength: 5 }).chain((names) =>
  fc
    .record({ required: fc.subarray(names), kind: fc.constantFrom("string", "number", "boolean") })
    .map(({ required, kind }) => ({
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name, { type: kind, description: name }])),
      required,
      additionalProperties: false,
    })),
);
const tools: fc.Arbitrary<AskTool[]> = fc.uniqueArray(
  fc.record({ name: word.map((name) => `tool_${name}`), description: word, parameters: schema }),
  { minLength: 2, maxLength: 6, selector: ({ name }) => name },
);

/** Some rounds of calls that were answered, in parallel or one by one. */
const conversation = (names: readonly string[]): fc.Arbitrary<AskTurn[]> =>
  fc
    .array(
      fc.array(fc.record({ name: fc.constantFrom(...names), input: fc.dictionary(word, word) }), {
        minLength: 1,
        maxLength: 3,
      }),
      { maxLength: 3 },
    )
    .map((rounds) =>
      rounds.flatMap((calls, i): AskTurn[] => {
        const ids = calls.map((_, j) => `call_${i}_${j}`);
        return [
          {
            role: "assistant",
            text: `Round ${i}.`,
            calls: calls.map((call, j) => ({ ...call, id: ids[j] ?? "" })),
          },
          { role: "results", results: ids.map((id) => ({ id, parts: [{ text: `answer of ${id}` }] })) },
        ];
      }),
    );

const asks: fc.Arbitrary<Ask> = tools.chain((offered) =>
  fc.record({
    system: fc.array(
      word.map((text) => ({ text })),
      { maxLength: 2 },
    ),
    tools: fc.constant(offered),
    messages: conversation(offered.map(({ name }) => name)).map((turns) => [user("Hello"), ...turns]),
    temperature: fc.constantFrom(0, 0.5),
    effort: fc.constantFrom("low" as const, "high" as const),
    maxTokens: fc.constant(4000),
    stop: fc.array(word, { maxLength: 2 }),
  }),
);

const bodyOf = (ask: Ask, { surface }: Pair): unknown =>
  surface.write(ask, { model: "m", stream: false, earlier: [] }).body;

function encode(body: unknown, { surface, wire }: Pair): string {
  const request = surface.protocol.decodeRequest(body);
  return wire.protocol.encodeRequest(request, { model: "m", traits: {}, quirks: {}, losses: new LossList() });
}

/** What is the caller's own: the order of its fields is kept, since models follow it. */
const callers = new Set([
  ...["parameters", "parametersJsonSchema", "input_schema", "schema", "responseJsonSchema"],
  ...["args", "input", "response"],
]);

/** The same request as a client writes it that keeps its fields in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    callers.has(key) && isObject(inner) ? inner : reordered(inner),
  ]);
  return Object.fromEntries(entries.reverse());
}

/** The turns as the wire has them, and everything before them. */
function parts(text: string): { readonly turns: readonly string[]; readonly rest: string } {
  const { messages, contents, input, ...rest } = JSON.parse(text) as Record<string, unknown>;
  const turns = messages ?? contents ?? input;
  return {
    turns: Array.isArray(turns) ? turns.map((turn) => JSON.stringify(turn)) : [],
    rest: JSON.stringify(rest),
  };
}

const pairs = allSurfaces.flatMap((surface) => allWires.map((wire) => ({ surface, wire })));

describe.each(pairs)("$surface.id clients on $wire.id vendors", (pair) => {
  test("equal requests give equal bytes, in whatever order the client has its fields", () => {
    fc.assert(
      fc.property(asks, (ask) => {
        const bytes = encode(bodyOf(ask, pair), pair);
        expect(encode(bodyOf(ask, pair), pair)).toBe(bytes);
        expect(encode(reordered(bodyOf(ask, pair)), pair)).toBe(bytes);
      }),
      { numRuns: 15 },
    );
  });

  test("tools stay in the client's order", () => {
    fc.assert(
      fc.property(asks, ({ tools = [], ...ask }) => {
        const names = tools.map(({ name }) => name);
        const bytes = encode(bodyOf({ ...ask, tools, messages: [user("Hello")] }, pair), pair);
        expect([...bytes.matchAll(/"name":"(tool_[a-z]+)"/g)].map(([, name]) => name)).toEqual(names);
      }),
      { numRuns: 10 },
    );
  });

  test("a conversation that goes on begins with the bytes it had", () => {
    fc.assert(
      // Without reasoning: where an open round of calls lacks its thinking, vendors refuse to be asked for more.
      fc.property(asks, ({ effort: _, ...ask }) => {
        const before = parts(encode(bodyOf(ask, pair), pair));
        const more: AskTurn[] = [{ role: "assistant", text: "So it is." }, user("And then?")];
        const after = parts(encode(bodyOf({ ...ask, messages: [...ask.messages, ...more] }, pair), pair));
        expect(before.turns.length).toBeGreaterThan(0);
        expect(after.turns.slice(0, before.turns.length)).toEqual([...before.turns]);
        expect(after.turns.length).toBeGreaterThan(before.turns.length);
        expect(after.rest).toBe(before.rest);
      }),
      { numRuns: 15 },
    );
  });
});
