import { signPart } from "../../mocks/gemini/signature.ts";
import { subjectOf } from "../../mocks/gemini/turn-rules.ts";
import type { ScriptedReply } from "../../mocks/shared/scripted-reply.ts";
import { client } from "../expect/client.ts";
import { gateway } from "../expect/gateway.ts";
import { vendor } from "../expect/vendor.ts";
import { user } from "../model/ask.ts";
import type { ConformanceCase, Only, Step } from "../model/conformance-case.ts";
import { askWeather, calledWeather, callWeather, clock, hello, png, says, weather } from "./common.ts";

const ofGemini: Only = { wires: ["gemini"], why: "only Gemini vendors have this" };
const translated: Only = {
  pair: "different",
  why: "between equal protocols the bodies of both sides are forwarded",
};

/** A chunk, or a whole answer: at this vendor they have one shape. */
function raw(payload: object): { readonly raw: { readonly gemini: (stream: boolean) => ScriptedReply } } {
  const answer = { ...payload, modelVersion: "gemini-2.5-flash", responseId: "rEsPoNsE" };
  return { raw: { gemini: (stream) => (stream ? { events: [answer] } : { json: answer }) } };
}

const usageMetadata = { promptTokenCount: 21, totalTokenCount: 21 };
const stopped = (finishReason: string, content: object) =>
  raw({ candidates: [{ content: { ...content, role: "model" }, finishReason, index: 0 }], usageMetadata });

/** Two calls of the newest generation, which refuses them without the signature of the first, and their results. */
function twoSignedCalls(ids: readonly [string, string]): readonly Step[] {
  const ask = { ...askWeather, tools: [weather, clock], maxTokens: 4000, effort: "low" } as const;
  return [
    {
      ask,
      reply: {
        parts: [
          { thinking: "First the weather." },
          callWeather("Paris", ids[0]),
          { call: ids[1], name: "get_time", arguments: '{"city":"Oslo"}' },
        ],
        stop: "tool_calls",
      },
      expect: [client.succeeds(), client.distinctCallIds()],
    },
    {
      ask: {
        ...ask,
        messages: [
          ...ask.messages,
          { role: "replay", step: 0 },
          {
            role: "results",
            results: [
              { id: { step: 0, call: 0 }, parts: [{ text: "sunny" }] },
              { id: { step: 0, call: 1 }, parts: [{ text: "noon" }] },
            ],
          },
        ],
      },
      reply: says("Sunny, and noon."),
      expect: [
        client.succeeds(),
        vendor.firstCallSigned(),
        vendor.parts("call", [
          { id: ids[0], name: "get_weather", input: { city: "Paris" } },
          { id: ids[1], name: "get_time", input: { city: "Oslo" } },
        ]),
        vendor.parts("result", [{ text: "sunny" }, { text: "noon" }]),
      ],
    },
  ];
}

/** What only Gemini vendors do. */
export const geminiVendorCases: readonly ConformanceCase[] = [
  {
    id: "C007",
    title: "Calls without ids get some, under which their results come back, and their signature with them",
    source: "AG:conversion/vertex_gemini_tests.rs",
    only: [ofGemini, translated],
    upstream: "adaptive",
    steps: twoSignedCalls(["", ""]),
  },
  {
    id: "P033",
    title: "Calls with ids come back with them, and with their signature",
    source: "own; the class of TZ#5637",
    only: [ofGemini],
    upstream: "adaptive",
    steps: twoSignedCalls(["fc-1a2b3c", "fc-4d5e6f"]),
  },
  {
    id: "C055",
    title: "A signature on an empty text comes back where it stood",
    source: "BF PR 6745",
    only: [ofGemini],
    upstream: "adaptive",
    steps: [
      { ask: hello, reply: says("Hello."), expect: [client.succeeds(), client.text("Hello.")] },
      {
        ask: { messages: [...hello.messages, { role: "replay", step: 0 }, user("And now?")] },
        reply: says("Goodbye."),
        expect: [
          client.succeeds(),
          vendor.textsInOrder("Hello", "And now?"),
          vendor.bodyIncludes(signPart(subjectOf({ text: "" }))),
        ],
      },
    ],
  },
  {
    id: "C056",
    title: "A call of another vendor, which nobody signed, does not make the newest models refuse",
    source: "TZ#5637",
    only: [ofGemini],
    upstream: "adaptive",
    steps: [
      {
        ask: {
          ...askWeather,
          messages: [
            user("Weather?"),
            calledWeather("call_a"),
            { role: "results", results: [{ id: "call_a", parts: [{ text: "sunny" }] }] },
          ],
        },
        reply: says("Sunny."),
        expect: [
          client.succeeds(),
          vendor.parts("call", [{ name: "get_weather", signature: "skip_thought_signature_validator" }]),
        ],
      },
    ],
  },
  {
    id: "C031",
    title: "All the reasons of a filter are one to the client",
    source: "AG finish_reason_mapping_table",
    only: [ofGemini, translated],
    steps: ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"].map((reason) => ({
      ask: hello,
      reply: stopped(reason, { parts: [{ text: "So far" }] }),
      expect: [client.succeeds(), client.text("So far"), client.finish("content_filter")],
    })),
  },
  {
    id: "P026",
    title: "A prompt that was blocked has no candidate: the filter ended the answer",
    source: "own",
    only: [ofGemini, translated],
    steps: [
      {
        ask: hello,
        reply: raw({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata }),
        expect: [client.succeeds(), client.text(""), client.finish("content_filter")],
      },
    ],
  },
  {
    id: "C032",
    title: "The limit was reached before the first word",
    source: "EV:openai_gcpvertexai_test.go",
    only: [ofGemini, translated],
    steps: [
      {
        ask: hello,
        reply: raw({
          candidates: [{ content: { role: "model" }, finishReason: "MAX_TOKENS", index: 0 }],
          usageMetadata: { promptTokenCount: 21, thoughtsTokenCount: 30, totalTokenCount: 51 },
        }),
        expect: [
          client.succeeds(),
          client.text(""),
          client.finish("max_tokens"),
          client.usage({ input: 21, output: 30 }),
        ],
      },
    ],
  },
  {
    id: "P027",
    title: "Much reasoning within a small limit, for a model with budgets",
    source: "AG cap_thinking_budget",
    asks: ["effort"],
    only: [ofGemini, translated],
    upstream: "budgeted",
    steps: [
      {
        ask: { ...hello, effort: "high", maxTokens: 1500 },
        reply: says("Hello."),
        expect: [client.succeeds(), vendor.maxTokens(1500), vendor.reasons(["reasoning"])],
      },
    ],
  },
  {
    id: "C082",
    title: "With a cached prompt, what the vendor refuses beside it is left out and named",
    source: "AG",
    only: [
      ofGemini,
      translated,
      { surfaces: ["openai-chat"], why: "clients of this dialect have no field for other vendors' features" },
    ],
    steps: [
      {
        ask: {
          ...askWeather,
          system: [{ text: "You are terse." }],
          fields: { cached_content: "cachedContents/a1b2" },
        },
        reply: says("Sunny."),
        expect: [
          client.succeeds(),
          vendor.field("cachedContent", "cachedContents/a1b2"),
          vendor.field("tools", undefined),
          gateway.namesLoss("tools"),
          gateway.namesLoss("system", "instructions", "messages[0]"),
        ],
      },
    ],
  },
  {
    id: "C073",
    title: "Keys of a schema that the vendor does not know are left out for it",
    source: "LG#3464",
    only: [ofGemini, translated],
    upstream: "older",
    steps: [
      {
        ask: {
          messages: [user("Find.")],
          tools: [
            {
              name: "find",
              parameters: {
                type: "object",
                $comment: "written by a machine",
                properties: { city: { type: "string", "~optional": true } },
              },
            },
          ],
        },
        reply: says("Nothing."),
        expect: [
          client.succeeds(),
          vendor.toolNames("find"),
          vendor.toolParameters(0, { type: "object", properties: { city: { type: "string" } } }),
        ],
      },
    ],
  },
  {
    id: "C074",
    title:
      "A list without items, numbers to choose from and unknown formats are written as the vendor takes them",
    source: "AG",
    only: [ofGemini, translated],
    upstream: "older",
    steps: [
      {
        ask: {
          messages: [user("Find.")],
          tools: [
            {
              name: "find",
              parameters: {
                type: "object",
                properties: {
                  tags: { type: "array" },
                  size: { type: "integer", enum: [1, 2, 3] },
                  mail: { type: "string", format: "email" },
                  since: { type: "string", format: "date-time" },
                },
              },
            },
          ],
        },
        reply: says("Nothing."),
        expect: [
          client.succeeds(),
          gateway.namesLoss("tools[0]"),
          vendor.bodyIncludes('"format":"date-time"'),
        ],
      },
    ],
  },
  {
    id: "C088",
    title: "An image in the vendor's own store reaches it by its address",
    source: "BF#4402",
    only: [
      ofGemini,
      translated,
      {
        surfaces: ["anthropic-messages"],
        why: "clients of this dialect name images by http addresses: others are refused by name",
      },
    ],
    steps: [
      {
        ask: {
          messages: [{ role: "user", parts: [{ text: "What is it?" }, { imageUrl: "gs://bucket/a.png" }] }],
        },
        reply: says("A dot."),
        expect: [client.succeeds(), vendor.parts("image", [{ url: "gs://bucket/a.png" }])],
      },
    ],
  },
  {
    id: "P054",
    title: "A result with an image is read by models that take none in results",
    source: "own; the class of LL#23712",
    asks: ["image-in-tool-result"],
    only: [ofGemini, translated],
    upstream: "older",
    steps: [
      {
        ask: {
          ...askWeather,
          messages: [
            user("Show me."),
            calledWeather("call_a"),
            { role: "results", results: [{ id: "call_a", parts: [{ text: "here" }, { png }] }] },
          ],
        },
        reply: says("A small dot."),
        expect: [client.succeeds(), vendor.bodyIncludes(png, ["image"])],
      },
    ],
  },
  {
    id: "P083",
    title: "A rate limit whose wait stands in the body only tells the client to wait",
    source: "own; the class of LL#27823",
    only: [ofGemini, translated],
    steps: [
      {
        ask: hello,
        reply: {
          raw: {
            gemini: () => ({
              status: 429,
              json: {
                error: {
                  code: 429,
                  message: "Resource has been exhausted.",
                  status: "RESOURCE_EXHAUSTED",
                  details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "9s" }],
                },
              },
            }),
          },
        },
        expect: [client.fails("rate_limited"), client.header("retry-after", "9")],
      },
    ],
  },
];
