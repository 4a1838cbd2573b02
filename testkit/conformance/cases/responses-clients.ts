import { client } from "../expect/client.ts";
import { gateway } from "../expect/gateway.ts";
import { vendor } from "../expect/vendor.ts";
import { user } from "../model/ask.ts";
import type { ConformanceCase, Only } from "../model/conformance-case.ts";
import { askWeather, callWeather, clock, hello, nameOfFirstTool, says, weather } from "./common.ts";

const ofResponses: Only = { surfaces: ["openai-responses"], why: "only Responses clients have this" };
const otherWires: Only = { pair: "different", why: "between equal protocols the vendor does it itself" };

const freeText = '*** Begin Patch\n+ "quoted" \\ back 🙂\n*** End Patch';
const patch = { type: "custom", name: "apply", description: "Applies a patch" };

/** What only clients of the Responses API ask for, and what only its streams tell. */
export const responsesCases: readonly ConformanceCase[] = [
  {
    id: "C002",
    title: "Fragments of a call's arguments are passed on as they come, none is held to the end",
    source: "LL#20711",
    modes: ["stream"],
    only: [ofResponses],
    answers: ["argument-fragments"],
    steps: [
      {
        ask: askWeather,
        reply: {
          parts: [{ ...callWeather("Llanfairpwllgwyngyll"), fragments: 8 }],
          stop: "tool_calls",
        },
        expect: [
          client.succeeds(),
          client.calls({ name: "get_weather", input: { city: "Llanfairpwllgwyngyll" } }),
          client.eventCount("response.function_call_arguments.delta", 8),
        ],
      },
    ],
  },
  {
    id: "C028",
    title: "Events are numbered without a gap, and every item keeps its id and its place",
    source: "BF backlog",
    modes: ["stream"],
    only: [ofResponses],
    steps: [
      {
        ask: { ...askWeather, tools: [weather, clock] },
        // The grammar of the surface checks numbers, ids and places after every exchange.
        reply: {
          parts: [
            { text: "I will look." },
            callWeather("Paris", "call_a"),
            { call: "call_b", name: "get_time", arguments: '{"city":"Oslo"}' },
          ],
          stop: "tool_calls",
        },
        expect: [
          client.succeeds(),
          client.text("I will look."),
          client.distinctCallIds(),
          client.calls(
            { name: "get_weather", input: { city: "Paris" } },
            { name: "get_time", input: { city: "Oslo" } },
          ),
        ],
      },
    ],
  },
  {
    id: "C029",
    title: "Reasoning comes as summary events",
    source: "BF PR 6902",
    modes: ["stream"],
    only: [ofResponses],
    answers: ["thinking"],
    steps: [
      {
        ask: { ...hello, maxTokens: 4000, effort: "low" },
        reply: { parts: [{ thinking: "Somebody greets me." }, { text: "Hello." }], stop: "end" },
        expect: [
          client.succeeds(),
          client.thinking("Somebody greets me."),
          client.eventCount("response.reasoning_summary_part.added", 1),
          client.eventCount("response.reasoning_summary_text.done", 1),
        ],
      },
    ],
  },
  {
    id: "C077",
    title:
      "A tool that only the vendor of the dialect can run is named as a loss; the functions beside it survive",
    source: "BF#3795",
    only: [ofResponses, otherWires],
    steps: [
      {
        ask: {
          ...hello,
          fields: {
            tools: [
              {
                type: "mcp",
                server_label: "docs",
                server_url: "https://mcp.example.com/sse",
                require_approval: "never",
              },
              {
                type: "function",
                name: "get_weather",
                description: "The weather in a city",
                parameters: weather.parameters,
                strict: false,
              },
            ],
          },
        },
        reply: says("Hello."),
        expect: [client.succeeds(), vendor.toolNames("get_weather"), gateway.namesLoss("tools")],
      },
    ],
  },
  {
    id: "P100",
    title: "The input is a plain text",
    source: "own",
    only: [ofResponses],
    steps: [
      {
        ask: { ...hello, system: [{ text: "You are terse." }], fields: { input: "Plainly said." } },
        reply: says("Yes."),
        expect: [client.succeeds(), client.text("Yes."), vendor.texts("You are terse.", "Plainly said.")],
      },
    ],
  },
  {
    id: "P101",
    title: "A request goes on from an earlier answer by its id",
    source: "own",
    only: [otherWires],
    asks: ["stored-turns"],
    steps: [
      {
        ask: { ...askWeather, stored: true },
        reply: { parts: [{ text: "I look." }, callWeather()], stop: "tool_calls" },
        expect: [client.succeeds()],
      },
      {
        ask: {
          tools: [weather],
          stored: true,
          continues: 0,
          messages: [
            { role: "results", results: [{ id: { step: 0, call: 0 }, parts: [{ text: "sunny" }] }] },
          ],
        },
        reply: says("Sunny."),
        expect: [
          client.succeeds(),
          vendor.parts("call", [{ name: "get_weather", input: { city: "Paris" } }]),
          vendor.textsInOrder("What is the weather", "I look.", "sunny"),
        ],
      },
      {
        ask: { tools: [weather], continues: 1, messages: [user("Thank you.")] },
        reply: says("You are welcome."),
        expect: [
          client.succeeds(),
          vendor.textsInOrder("What is the weather", "I look.", "sunny", "Sunny.", "Thank you."),
        ],
      },
    ],
  },
  {
    id: "P102",
    title: "A request that goes on from an answer nobody knows is refused by its id",
    source: "own",
    only: [ofResponses, otherWires],
    steps: [
      {
        ask: { ...hello, fields: { previous_response_id: "resp_00000000000000000000000000" } },
        expect: [
          client.refused({ status: [400, 404], naming: "resp_00000000000000000000000000" }),
          vendor.called(0),
        ],
      },
    ],
  },
  {
    id: "P105",
    title: "A tool that takes free text is called with free text, and its call and output go back",
    source: "own; the class of BF#3795",
    only: [ofResponses, otherWires],
    steps: [
      {
        ask: { ...hello, fields: { tools: [patch] } },
        reply: ({ body }) => ({
          parts: [
            {
              call: "call_patch",
              name: nameOfFirstTool(body),
              arguments: JSON.stringify({ input: freeText }),
            },
          ],
          stop: "tool_calls",
        }),
        expect: [
          client.succeeds(),
          client.rawMatches(/"custom_tool_call"/),
          client.argumentsExactly(0, freeText),
        ],
      },
      {
        ask: {
          messages: [
            user("Hello"),
            { role: "replay", step: 0 },
            { role: "results", results: [{ id: { step: 0, call: 0 }, parts: [{ text: "patched" }] }] },
          ],
          fields: { tools: [patch] },
        },
        reply: says("Done."),
        expect: [
          client.succeeds(),
          vendor.parts("call", [{ name: "apply", input: { input: freeText } }]),
          vendor.parts("result", [{ text: "patched" }]),
        ],
      },
    ],
  },
  {
    id: "P106",
    title: "A reference to an item that nobody keeps is refused by its id",
    source: "own",
    only: [ofResponses, otherWires],
    steps: [
      {
        ask: {
          ...hello,
          fields: {
            input: [
              { type: "item_reference", id: "msg_gone" },
              { role: "user", content: "And?" },
            ],
          },
        },
        expect: [client.refused({ status: [400, 404], naming: "msg_gone" }), vendor.called(0)],
      },
    ],
  },
  {
    id: "P103",
    title: "Reasoning that nobody signed is kept from a vendor that would refuse it",
    source: "BF PR 6834, BF PR 7835",
    only: [
      ofResponses,
      { wires: ["anthropic-messages", "bedrock-invoke"], why: "only its vendors refuse such reasoning" },
    ],
    steps: [
      {
        ask: {
          ...hello,
          fields: {
            input: [
              { role: "user", content: "Hello" },
              {
                type: "reasoning",
                id: "rs_0123",
                summary: [{ type: "summary_text", text: "Somebody greets me." }],
              },
              { role: "assistant", content: "Hi." },
              { role: "user", content: "And?" },
            ],
          },
        },
        reply: says("And goodbye."),
        expect: [client.succeeds(), vendor.parts("thinking", []), vendor.texts("Hello", "Hi.", "And?")],
      },
    ],
  },
  {
    id: "P104",
    title: "The answer repeats the parameters of its request, as the client's types want it",
    source: "own",
    only: [ofResponses, otherWires],
    steps: [
      {
        ask: { ...askWeather, temperature: 0.25, maxTokens: 333, toolChoice: "auto" },
        reply: says("Sunny, I think."),
        expect: [
          client.succeeds(),
          client.rawMatches(/"temperature":\s*0\.25\b/),
          client.rawMatches(/"max_output_tokens":\s*333\b/),
          client.rawMatches(/"tools":\s*\[\{[^\]]*"get_weather"/),
        ],
      },
    ],
  },
];
