import { protocolIds } from "../../../src/wire/neutral/protocol-id.ts";
import { client } from "../expect/client.ts";
import { vendor } from "../expect/vendor.ts";
import { user } from "../model/ask.ts";
import type { CaseId, ConformanceCase, Step } from "../model/conformance-case.ts";
import type { WireId } from "../model/ids.ts";
import { askWeather, callWeather, says } from "./common.ts";

const thought = "The user wants Paris — 🙂 so I look there.";

/** The client asks, gets thinking and a call, and sends both back with the result. */
function afterThinking(
  expect: Step["expect"],
  first: Step["expect"] = [],
): readonly [before: Step, after: Step] {
  const ask = { ...askWeather, maxTokens: 4000, effort: "low" } as const;
  return [
    {
      ask,
      reply: { parts: [{ thinking: thought }, callWeather()], stop: "tool_calls" },
      expect: [client.succeeds(), client.thinking(thought), ...first],
    },
    {
      ask: {
        ...ask,
        messages: [
          ...ask.messages,
          { role: "replay", step: 0 },
          { role: "results", results: [{ id: { step: 0, call: 0 }, parts: [{ text: "sunny" }] }] },
        ],
      },
      reply: says("It is sunny."),
      expect: [client.succeeds(), client.text("It is sunny."), ...expect],
    },
  ];
}

/** The client gets a call and reasoning it cannot read, and sends both back with the result. */
const afterHidden: readonly Step[] = [
  {
    ask: { ...askWeather, maxTokens: 4000, effort: "low" },
    reply: { parts: [{ redacted: "secret" }, callWeather()], stop: "tool_calls" },
    expect: [client.succeeds(), client.calls({ name: "get_weather", input: { city: "Paris" } })],
  },
  {
    ask: {
      ...askWeather,
      maxTokens: 4000,
      effort: "low",
      messages: [
        ...askWeather.messages,
        { role: "replay", step: 0 },
        { role: "results", results: [{ id: { step: 0, call: 0 }, parts: [{ text: "sunny" }] }] },
      ],
    },
    reply: says("It is sunny."),
    expect: [client.succeeds(), vendor.sealedThinking("secret")],
  },
];

/** Signatures are good on every platform that serves the model. Source: Anthropic, "Extended thinking". */
const sameSigner: ReadonlySet<string> = new Set(["bedrock-invoke anthropic-messages"]);

/** Reasoning shown, hidden, signed, and sent back. */
export const thinkingCases: readonly ConformanceCase[] = [
  {
    id: "C049",
    title: "Signed thinking comes back unchanged before the tool call it led to",
    source: "BF#4943, NA#6998",
    answers: ["thinking", "signed-thinking"],
    steps: afterThinking([
      vendor.signedThinking(thought),
      vendor.lastAssistantTypes(["thinking", "call"]),
      vendor.parts("result", [{ id: "call_weather_1", text: "sunny" }]),
    ]),
  },
  {
    id: "P030",
    title: "Thinking without a signature comes back to the vendor that wants it",
    source: "NA#6998, BF#5887",
    answers: ["thinking"],
    only: [{ wires: ["openai-chat", "ollama"], why: "vendors of this wire sign their thinking: see C049" }],
    steps: afterThinking([vendor.parts("thinking", [{ text: thought }])]),
  },
  {
    id: "C050",
    title: "Hidden thinking comes back as the same bytes",
    source: "BF#5186",
    answers: ["redacted-thinking"],
    steps: afterHidden,
  },
  {
    id: "C053",
    title: "A model that shows none of its reasoning gets it back as the same bytes",
    source: "BF harness folder 67",
    only: [
      { wires: ["bedrock-converse"], why: "only Converse has several makers' models behind it: see C050" },
    ],
    upstream: "hidden",
    steps: afterHidden,
  },
  {
    id: "C058",
    title: "Thinking is never part of the text",
    source: "NA#5530",
    answers: ["thinking"],
    steps: [
      {
        ask: { ...askWeather, maxTokens: 4000, effort: "low" },
        reply: { parts: [{ thinking: thought }, { text: "Hello." }], stop: "end" },
        expect: [client.succeeds(), client.thinking(thought), client.text("Hello.")],
      },
    ],
  },
  {
    id: "C059",
    title: "A replayed turn with thinking reaches the vendor byte for byte",
    source: "BF#6854, BF#6110",
    answers: ["signed-thinking"],
    only: [
      {
        pair: "same",
        why: "only the vendor's own protocol has these bytes: C049 checks what other dialects carry",
      },
    ],
    steps: afterThinking([vendor.replayedUnchanged(0)]),
  },
  {
    id: "P031",
    title: "Two thinking turns in a row come back, each before its own call",
    source: "own",
    answers: ["thinking", "signed-thinking"],
    steps: [
      ...afterThinking([]).slice(0, 1),
      {
        ask: {
          ...askWeather,
          maxTokens: 4000,
          effort: "low",
          messages: [
            ...askWeather.messages,
            { role: "replay", step: 0 },
            { role: "results", results: [{ id: { step: 0, call: 0 }, parts: [{ text: "sunny" }] }] },
          ],
        },
        reply: {
          parts: [{ thinking: "And now Oslo." }, callWeather("Oslo", "call_weather_2")],
          stop: "tool_calls",
        },
        expect: [client.succeeds(), client.thinking("And now Oslo.")],
      },
      {
        ask: {
          ...askWeather,
          maxTokens: 4000,
          effort: "low",
          messages: [
            ...askWeather.messages,
            { role: "replay", step: 0 },
            { role: "results", results: [{ id: { step: 0, call: 0 }, parts: [{ text: "sunny" }] }] },
            { role: "replay", step: 1 },
            { role: "results", results: [{ id: { step: 1, call: 0 }, parts: [{ text: "rain" }] }] },
          ],
        },
        reply: says("Sunny and rain."),
        expect: [client.succeeds(), vendor.signedThinking(thought, "And now Oslo.")],
      },
    ],
  },
  {
    id: "C052",
    title: "Thinking that nobody signed is kept from a vendor that would refuse it",
    source: "BF PR 6834",
    only: [
      {
        wires: ["anthropic-messages", "openai-responses", "gemini", "bedrock-converse", "bedrock-invoke"],
        why: "vendors of this wire take thinking without a signature",
      },
      { surfaces: ["openai-chat"], why: "a Messages client has no thinking without a signature" },
    ],
    steps: [
      {
        ask: {
          messages: [user("Hello")],
          fields: {
            messages: [
              { role: "user", content: "Hello" },
              { role: "assistant", content: "Hi.", reasoning_content: "Somebody greets me." },
              { role: "user", content: "And?" },
            ],
          },
        },
        reply: says("And goodbye."),
        expect: [client.succeeds(), vendor.parts("thinking", [])],
      },
    ],
  },
  moved("C064", "openai-responses", "BF PR 7835"),
  moved("P124", "anthropic-messages", "own"),
  moved("P125", "gemini", "own"),
];

/** The conversation of a tool call goes on with another vendor, which refuses what it did not sign itself. */
function moved(id: CaseId, movesTo: WireId, source: string): ConformanceCase {
  const [before, after] = afterThinking([
    vendor.nothingSigned(thought),
    vendor.parts("call", [{ name: "get_weather", input: { city: "Paris" } }]),
    vendor.parts("result", [{ text: "sunny" }]),
    // Gemini's results go by their order, which its mock checks.
    ...(movesTo === "gemini" ? [] : [vendor.pairedResults()]),
  ]);
  return {
    id,
    title: `A conversation goes on with a vendor of ${movesTo}, which gets nothing that another signed`,
    source,
    answers: ["thinking"],
    only: [
      {
        wires: protocolIds.filter((wire) => wire !== movesTo && !sameSigner.has(`${wire} ${movesTo}`)),
        why: "what its vendors sign, these take",
      },
    ],
    steps: [before, { ...after, movesTo }],
  };
}
