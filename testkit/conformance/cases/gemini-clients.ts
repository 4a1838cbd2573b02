import { client } from "../expect/client.ts";
import { vendor } from "../expect/vendor.ts";
import { user } from "../model/ask.ts";
import type { ConformanceCase, Only } from "../model/conformance-case.ts";
import { callWeather, hello, nameOfFirstTool, says, weather } from "./common.ts";

const ofGemini: Only = { surfaces: ["gemini"], why: "only clients of Google's API have this" };
const otherWires: Only = { pair: "different", why: "the vendor takes what its own dialect has" };
const dotted = "mcp.docs.search";

/** What only clients of Google's API do. */
export const geminiCases: readonly ConformanceCase[] = [
  {
    id: "C139",
    title: "A model with steps upwards in the path is refused, and the vendor is not called",
    source: "AG:llm/gemini_tests.rs",
    only: [ofGemini],
    steps: ["..%2F..%2Fv1%2Ffiles", "..%5C..%5Cfiles", "x%2F%252e%252e%2Ffiles"].map((model) => ({
      ask: { ...hello, http: { model } },
      expect: [client.refused({ status: [400, 404] }), vendor.called(0)],
    })),
  },
  {
    id: "P110",
    title:
      "A tool name with dots is changed for a vendor that would refuse it, and restored in calls and results",
    source: "own",
    only: [otherWires],
    asks: ["dotted-tool-names"],
    steps: [
      {
        ask: { messages: [user("Search.")], tools: [{ ...weather, name: dotted }] },
        reply: ({ body }) => ({
          parts: [{ ...callWeather(), name: nameOfFirstTool(body) }],
          stop: "tool_calls",
        }),
        expect: [client.succeeds(), client.calls({ name: dotted, input: { city: "Paris" } })],
      },
      {
        ask: {
          tools: [{ ...weather, name: dotted }],
          messages: [
            user("Search."),
            { role: "replay", step: 0 },
            { role: "results", results: [{ id: { step: 0, call: 0 }, parts: [{ text: "found" }] }] },
          ],
        },
        reply: says("Found."),
        expect: [
          client.succeeds(),
          vendor.parts("call", [{ input: { city: "Paris" } }]),
          vendor.parts("result", [{ text: "found" }]),
        ],
      },
    ],
  },
  {
    id: "P111",
    title: "Fields in snake case, as many callers write them",
    source: "own",
    only: [ofGemini, otherWires],
    steps: [
      {
        ask: {
          ...hello,
          maxTokens: "unset",
          fields: {
            system_instruction: { parts: [{ text: "You are terse." }] },
            generation_config: { max_output_tokens: 77, stop_sequences: ["###"] },
          },
        },
        reply: says("Hi."),
        expect: [client.succeeds(), vendor.texts("You are terse.", "Hello"), vendor.maxTokens(77)],
      },
    ],
  },
  {
    id: "P112",
    title: "Calls and results without ids, as older clients send them, are paired by their order",
    source: "own",
    only: [ofGemini, otherWires],
    steps: [
      {
        ask: {
          ...hello,
          tools: [weather],
          fields: {
            contents: [
              { role: "user", parts: [{ text: "Paris and Oslo?" }] },
              {
                role: "model",
                parts: ["Paris", "Oslo"].map((city) => ({
                  functionCall: { name: "get_weather", args: { city } },
                })),
              },
              {
                role: "user",
                parts: ["sunny", "rain"].map((output) => ({
                  functionResponse: { name: "get_weather", response: { output } },
                })),
              },
            ],
          },
        },
        reply: says("Sun and rain."),
        expect: [
          client.succeeds(),
          vendor.parts("call", [{ input: { city: "Paris" } }, { input: { city: "Oslo" } }]),
          vendor.parts("result", [{ text: "sunny" }, { text: "rain" }]),
          vendor.pairedResults(),
        ],
      },
    ],
  },
  {
    id: "P113",
    title: "A thought that nobody signed is kept from a vendor that would refuse it",
    source: "BF PR 6834",
    only: [
      ofGemini,
      { wires: ["anthropic-messages", "bedrock-invoke"], why: "only its vendors refuse such thoughts" },
    ],
    steps: [
      {
        ask: {
          ...hello,
          fields: {
            contents: [
              { role: "user", parts: [{ text: "Hello" }] },
              { role: "model", parts: [{ text: "Somebody greets me.", thought: true }, { text: "Hi." }] },
              { role: "user", parts: [{ text: "And?" }] },
            ],
          },
        },
        reply: says("And goodbye."),
        expect: [client.succeeds(), vendor.parts("thinking", []), vendor.texts("Hello", "Hi.", "And?")],
      },
    ],
  },
  {
    id: "P114",
    title: "A schema in the types of Google's own subset reaches other vendors as JSON Schema",
    source: "own",
    only: [ofGemini, otherWires],
    steps: [
      {
        ask: {
          ...hello,
          fields: {
            tools: [
              {
                functionDeclarations: [
                  {
                    name: "get_weather",
                    description: "The weather",
                    parameters: {
                      type: "OBJECT",
                      properties: { cities: { type: "ARRAY", items: { type: "STRING" } } },
                      required: ["cities"],
                    },
                  },
                ],
              },
            ],
          },
        },
        reply: says("Hello."),
        expect: [
          client.succeeds(),
          vendor.toolParameters(
            0,
            {
              type: "object",
              properties: { cities: { type: "array", items: { type: "string" } } },
              required: ["cities"],
            },
            ["tools"],
          ),
        ],
      },
    ],
  },
];
