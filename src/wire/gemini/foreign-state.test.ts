import { expect, test } from "bun:test";
import type { ModelTraits } from "../neutral/model-traits.ts";
import { holdsForeignState } from "./foreign-state.ts";

type Part = Readonly<Record<string, unknown>>;

const bytes = (body: unknown) => new Uint8Array(Buffer.from(JSON.stringify(body)));
const holds = (contents: readonly unknown[], traits: ModelTraits = { reasoning: "effort" }) =>
  holdsForeignState(bytes({ contents }), { traits });

const asked = { role: "user", parts: [{ text: 'Say "functionCall".' }] };
const call = (signature?: string): Part => ({
  functionCall: { name: "get_weather", args: {} },
  ...(signature !== undefined && { thoughtSignature: signature }),
});
const called = (...parts: readonly Part[]) => ({ role: "model", parts });
const answered = { role: "user", parts: [{ functionResponse: { name: "get_weather", response: {} } }] };

test.each<[what: string, expected: boolean, contents: readonly unknown[]]>([
  ["an unsigned call of the current turn is foreign", true, [asked, called(call()), answered]],
  ["so is one with an empty signature", true, [asked, called(call("")), answered]],
  ["a signed one is the vendor's own", false, [asked, called(call("c2ln")), answered]],
  ["only the first of parallel calls is signed", false, [asked, called(call("c2ln"), call()), answered]],
  ["a signature on the second does not count", true, [asked, called(call(), call("c2ln")), answered]],
  [
    "each step of the turn is looked at",
    true,
    [asked, called(call()), answered, called(call("c2ln")), answered],
  ],
  [
    "earlier turns are not checked",
    false,
    [asked, called(call()), answered, called({ text: "Sunny." }), asked],
  ],
  [
    "a user who speaks beside a response begins a turn",
    false,
    [asked, called(call()), { role: "user", parts: [...answered.parts, { text: "And?" }] }],
  ],
  ["a conversation without calls is forwarded", false, [asked]],
])("%s", (_, expected, contents) => {
  expect(holds(contents)).toBe(expected);
});

test("models that check no signatures get the body as it is", () => {
  const contents = [asked, called(call()), answered];
  expect(holds(contents, { reasoning: "budget" })).toBe(false);
  expect(holds(contents, { reasoning: "none" })).toBe(false);
  expect(holds(contents, {})).toBe(true);
});

test("what is not a conversation is left to the vendor", () => {
  const traits = { reasoning: "effort" } as const;
  for (const body of [
    '{"contents":"functionCall"}',
    '{"functionCall":',
    '["functionCall"]',
    '{"contents":[1,{"parts":2},{"role":"model","parts":["functionCall"]}]}',
  ]) {
    expect(holdsForeignState(new Uint8Array(Buffer.from(body)), { traits })).toBe(false);
  }
});
