import { client } from "../expect/client.ts";
import { vendor } from "../expect/vendor.ts";
import { user } from "../model/ask.ts";
import type { ConformanceCase } from "../model/conformance-case.ts";
import {
  askWeather,
  calledWeather,
  callWeather,
  clock,
  hello,
  nameOfFirstTool,
  png,
  says,
  weather,
} from "./common.ts";

const longName = `mcp__${"workspace_documents_".repeat(4)}search`;
const nested = {
  type: "object",
  properties: {
    filter: {
      type: "object",
      properties: { all: { type: "array", items: { $ref: "#/$defs/rule" } } },
      required: ["all"],
    },
    since: { type: ["string", "null"], format: "date-time" },
  },
  required: ["filter"],
  $defs: { rule: { type: "object", properties: { field: { type: "string", enum: ["a", "b"] } } } },
};

/** Conversations, tools and their schemas, and cache markers. */
export const messageCases: readonly ConformanceCase[] = [
  {
    id: "C065",
    title: "Results of parallel calls stay together, directly after the calls",
    source: "BF#1164",
    steps: [
      {
        ask: {
          ...askWeather,
          messages: [
            user("Weather in Paris and Oslo?"),
            calledWeather("call_a", "call_b"),
            {
              role: "results",
              results: [
                { id: "call_a", parts: [{ text: "sunny" }] },
                { id: "call_b", parts: [{ text: "rain" }] },
              ],
            },
            user("And now both in one sentence."),
          ],
        },
        reply: says("Sun and rain."),
        expect: [
          client.succeeds(),
          vendor.parts("call", [
            { id: "call_a", name: "get_weather", input: { city: "Paris" } },
            { id: "call_b", name: "get_weather", input: { city: "Oslo" } },
          ]),
          vendor.parts("result", [
            { id: "call_a", text: "sunny" },
            { id: "call_b", text: "rain" },
          ]),
          vendor.resultsFollowCalls(),
          vendor.textsInOrder("Weather in Paris", "sunny", "rain", "And now both"),
        ],
      },
    ],
  },
  {
    id: "C067",
    title: "An assistant turn that says nothing",
    source: "BF#2765, BF PR 6732",
    asks: ["empty-assistant-turn"],
    steps: [
      {
        ask: { messages: [user("Hello"), { role: "assistant", text: "" }, user("Are you there?")] },
        reply: says("Yes."),
        expect: [client.succeeds(), vendor.textsInOrder("Hello", "Are you there?")],
      },
    ],
  },
  {
    id: "C068",
    title: "Two turns of the user in a row arrive, both and in order",
    source: "AG",
    steps: [
      {
        ask: { system: [{ text: "You are terse." }], messages: [user("One"), user("Two")] },
        reply: says("Three."),
        expect: [client.succeeds(), vendor.texts("You are terse.", "One", "Two")],
      },
    ],
  },
  {
    id: "P048",
    title: "A request of instructions only",
    source: "AG",
    only: [
      { surfaces: ["openai-chat"], why: "clients of this dialect always send a turn" },
      { pair: "different", why: "between equal protocols it is the vendor's to judge" },
    ],
    steps: [
      {
        ask: { system: [{ text: "Greet me." }], messages: [] },
        reply: says("Hello."),
        expect: [client.statusIn(200, 400)],
      },
    ],
  },
  {
    id: "C070",
    title: "Instructions before and between the turns keep their order",
    source: "EV:openai_gcpanthropic_test.go",
    asks: ["system-between-turns"],
    only: [
      {
        surfaces: ["openai-chat", "openai-responses", "gemini"],
        why: "only some models of this dialect take instructions between turns",
      },
    ],
    steps: [
      {
        ask: {
          system: [{ text: "You are terse." }],
          messages: [
            user("One"),
            { role: "assistant", text: "First." },
            { role: "system", text: "Now be polite." },
            user("Two"),
          ],
        },
        reply: says("Second, please."),
        expect: [
          client.succeeds(),
          vendor.textsInOrder("You are terse.", "One", "First.", "Now be polite.", "Two"),
        ],
      },
    ],
  },
  {
    id: "P040",
    title: "Several system texts arrive, all and in order",
    source: "own",
    steps: [
      {
        ask: { system: [{ text: "You are terse." }, { text: "You are kind." }], messages: [user("Hello")] },
        reply: says("Hi."),
        expect: [client.succeeds(), vendor.textsInOrder("You are terse.", "You are kind.", "Hello")],
      },
    ],
  },
  {
    id: "C071",
    title: "A tool's failure is visible to the model",
    source: "EV:anthropic_openai_test.go",
    asks: ["tool-error"],
    steps: [
      {
        ask: {
          ...askWeather,
          messages: [
            user("Weather?"),
            calledWeather("call_a"),
            {
              role: "results",
              results: [{ id: "call_a", parts: [{ text: "no such city" }], isError: true }],
            },
            user("What went wrong?"),
          ],
        },
        reply: says("I could not find it."),
        expect: [client.succeeds(), vendor.errorVisible("no such city")],
      },
    ],
  },
  {
    id: "C076",
    title: "A history with tool calls, and no tools in the request",
    source: "AG requests/messages/tool_history_without_tools",
    steps: [
      {
        ask: {
          messages: [
            user("Weather?"),
            calledWeather("call_a"),
            { role: "results", results: [{ id: "call_a", parts: [{ text: "sunny" }] }] },
            user("Thanks."),
          ],
        },
        reply: says("You are welcome."),
        expect: [client.statusIn(200, 400), vendor.textsInOrder("Weather?", "sunny", "Thanks.")],
      },
    ],
  },
  {
    id: "C079",
    title: "Equal requests give the vendor equal bytes",
    source: "BF#2347",
    steps: [
      {
        ask: { ...askWeather, tools: [weather, clock], temperature: 0.5 },
        reply: says("Yes."),
        expect: [client.succeeds()],
      },
      {
        ask: { ...askWeather, tools: [weather, clock], temperature: 0.5 },
        reply: says("Yes."),
        expect: [client.succeeds(), vendor.sameBytesAs(0)],
      },
    ],
  },
  {
    id: "C080",
    title: "Cache markers on a tool, the system text, an assistant turn and a tool result",
    source: "LL#12695, headroom#2144",
    only: [
      {
        surfaces: ["anthropic-messages", "openai-chat"],
        why: "clients of this dialect set no markers",
      },
      {
        pair: "different",
        why: "between equal protocols markers are forwarded as they are: P041 has the vendor's own",
      },
    ],
    steps: [
      {
        ask: {
          system: [{ text: "You are terse.", cached: true }],
          messages: [
            user("Weather?"),
            {
              role: "assistant",
              text: "I look.",
              cached: true,
              calls: [{ id: "call_a", name: "get_weather", input: { city: "Oslo" } }],
            },
            { role: "results", results: [{ id: "call_a", parts: [{ text: "sunny" }], cached: true }] },
          ],
          tools: [{ ...weather, cached: true }],
        },
        reply: says("Sunny."),
        expect: [
          client.succeeds(),
          vendor.cached(["tool", "system", "assistant", "result"], ["cache_control"]),
        ],
      },
    ],
  },
  {
    id: "P041",
    title: "The vendor's own cache markers reach it where they were set",
    source: "LL#12695",
    only: [
      { surfaces: ["anthropic-messages"], why: "this dialect has no markers of its own" },
      { pair: "same", why: "other wires: see C080" },
    ],
    steps: [
      {
        ask: {
          system: [{ text: "You are terse.", cached: true }],
          messages: [{ role: "user", parts: [{ text: "Weather?", cached: true }] }],
          tools: [{ ...weather, cached: true }],
        },
        reply: says("Sunny."),
        expect: [client.succeeds(), vendor.cached(["tool", "system", "user"])],
      },
    ],
  },
  {
    id: "C083",
    title: "A beta the client names reaches the vendor",
    source: "BF backlog",
    only: [
      { surfaces: ["anthropic-messages"], why: "only Messages clients name betas" },
      { pair: "same", why: "only Messages vendors know betas" },
    ],
    steps: [
      {
        ask: {
          ...hello,
          http: { headers: { "anthropic-beta": "context-1m-2025-08-07,files-api-2025-04-14" } },
        },
        reply: says("Hi."),
        expect: [
          client.succeeds(),
          vendor.header("anthropic-beta", "context-1m-2025-08-07"),
          vendor.header("anthropic-beta", "files-api-2025-04-14"),
        ],
      },
    ],
  },
  {
    id: "P042",
    title: "A tool name that the vendor would refuse is changed for it, and restored in the answer",
    source: "own; the class of P14 in the survey",
    asks: ["long-tool-names"],
    only: [{ pair: "different", why: "the vendor takes every name its own dialect has" }],
    steps: [
      {
        ask: { messages: [user("Search.")], tools: [{ ...weather, name: longName }] },
        reply: ({ body }) => ({
          parts: [{ call: "call_1", name: nameOfFirstTool(body), arguments: '{"city":"Paris"}' }],
          stop: "tool_calls",
        }),
        expect: [client.succeeds(), client.calls({ name: longName, input: { city: "Paris" } })],
      },
    ],
  },
  {
    id: "P043",
    title: "A tool's schema with references, nesting and type lists is intact",
    source: "own",
    steps: [
      {
        ask: { messages: [user("Find.")], tools: [{ name: "find", parameters: nested }] },
        reply: says("Nothing."),
        expect: [client.succeeds(), vendor.toolParameters(0, nested, ["tools"])],
      },
    ],
  },
  {
    id: "P044",
    title: "An image in a tool's result reaches the model",
    source: "LL#23712",
    asks: ["image-in-tool-result"],
    steps: [
      {
        ask: {
          ...askWeather,
          messages: [
            user("Show me."),
            calledWeather("call_a"),
            { role: "results", results: [{ id: "call_a", parts: [{ text: "here" }, { png }] }] },
            user("What is it?"),
          ],
        },
        reply: says("A small dot."),
        expect: [client.succeeds(), vendor.bodyIncludes(png, ["image"])],
      },
    ],
  },
  {
    id: "P045",
    title: "Numbers that a double cannot hold keep their digits in a call's arguments",
    source: "own",
    modes: ["stream"],
    asks: ["argument-fragments"],
    answers: ["argument-fragments"],
    steps: [
      {
        ask: askWeather,
        reply: {
          parts: [{ call: "call_1", name: "get_weather", arguments: '{"id":9007199254740993,"city":"x"}' }],
          stop: "tool_calls",
        },
        expect: [client.succeeds(), client.argumentsExactly(0, '{"id":9007199254740993,"city":"x"}')],
      },
    ],
  },
  {
    id: "P046",
    title: "A conversation over several turns arrives whole",
    source: "own",
    steps: [
      {
        ask: {
          system: [{ text: "You are terse." }],
          messages: [
            user("One"),
            { role: "assistant", text: "First." },
            user("Two"),
            { role: "assistant", text: "Second." },
            user("Three"),
          ],
        },
        reply: says("Third."),
        expect: [
          client.succeeds(),
          vendor.texts("You are terse.", "One", "First.", "Two", "Second.", "Three"),
        ],
      },
    ],
  },
  {
    id: "P047",
    title: "A call the client received, and its result, come back with the vendor's own id",
    source: "own",
    steps: [
      {
        ask: askWeather,
        reply: { parts: [{ text: "I look." }, callWeather("Paris", "call_Az-09_x")], stop: "tool_calls" },
        expect: [client.succeeds()],
      },
      {
        ask: {
          ...askWeather,
          messages: [
            ...askWeather.messages,
            { role: "replay", step: 0 },
            { role: "results", results: [{ id: { step: 0, call: 0 }, parts: [{ text: "sunny" }] }] },
          ],
        },
        reply: says("Sunny."),
        expect: [
          client.succeeds(),
          vendor.parts("call", [{ id: "call_Az-09_x", name: "get_weather", input: { city: "Paris" } }]),
          vendor.parts("result", [{ id: "call_Az-09_x", text: "sunny" }]),
        ],
      },
    ],
  },
];
