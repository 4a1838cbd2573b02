import { client } from "../expect/client.ts";
import { gateway } from "../expect/gateway.ts";
import { vendor } from "../expect/vendor.ts";
import { user } from "../model/ask.ts";
import type { ConformanceCase } from "../model/conformance-case.ts";
import { askWeather, callWeather, clock, hello, says, weather } from "./common.ts";

const person = {
  type: "object",
  properties: { name: { type: "string" }, tags: { type: "array", items: { type: "string" } } },
  required: ["name", "tags"],
  additionalProperties: false,
};
const reasonOfOldServers = "vendors of this wire do not mistake the reason";

/** Why the model stopped, and the parameters of a request. */
export const finishCases: readonly ConformanceCase[] = [
  {
    id: "C010",
    title: "Text followed by a tool call stops for the tool",
    source: "BF#6123, BF#3638, BF#4065 (C011: not streamed)",
    steps: [
      {
        ask: askWeather,
        reply: { parts: [{ text: "Let me look." }, callWeather()], stop: "tool_calls" },
        expect: [client.succeeds(), client.finish("tool_calls"), client.text("Let me look.")],
      },
    ],
  },
  {
    id: "P010",
    title: "A tool call whose vendor says it stopped for no reason stops for the tool",
    source: "own; the class of BF#3638",
    only: [
      { wires: ["openai-chat"], why: reasonOfOldServers },
      { pair: "different", why: "between equal protocols the vendor's own word is forwarded" },
    ],
    steps: [
      {
        ask: askWeather,
        reply: { parts: [callWeather()], stop: "end" },
        expect: [client.succeeds(), client.finish("tool_calls")],
      },
    ],
  },
  ...(
    [
      ["P011", "max_tokens", "The limit of the answer cuts it"],
      ["P012", "end", "The model comes to its end"],
      ["P013", "content_filter", "A filter ends the answer"],
    ] as const
  ).map(
    ([id, stop, title]): ConformanceCase => ({
      id,
      title,
      source: "own",
      ...(stop === "content_filter" && { answers: ["content-filter"] as const }),
      steps: [
        {
          ask: hello,
          reply: { parts: [{ text: "So far" }], stop },
          expect: [client.succeeds(), client.text("So far"), client.finish(stop)],
        },
      ],
    }),
  ),
  {
    id: "P014",
    title: "A stop sequence ends the answer; it is sent, and its end is told",
    source: "own",
    answers: ["stop-sequences"],
    asks: ["stop-sequences"],
    steps: [
      {
        ask: { ...hello, stop: ["###", "END"] },
        reply: says("So far", { stop: "stop_sequence", stopSequence: "###" }),
        expect: [client.succeeds(), client.finish("stop_sequence"), vendor.stop("###", "END")],
      },
    ],
  },
  {
    id: "P025",
    title: "Stop sequences that the vendor cannot be told are named as a loss",
    source: "own",
    asks: ["stop-sequences"],
    only: [{ wires: ["openai-responses"], why: "its vendors take them: see P014" }],
    steps: [
      {
        ask: { ...hello, stop: ["###"] },
        reply: says("So far"),
        expect: [client.succeeds(), gateway.namesLoss("stop")],
      },
    ],
  },
  {
    id: "P015",
    title: "The stop sequence is named",
    source: "own",
    asks: ["named-stop-sequence"],
    answers: ["named-stop-sequence"],
    steps: [
      {
        ask: { ...hello, stop: ["###"] },
        reply: says("So far", { stop: "stop_sequence", stopSequence: "###" }),
        expect: [client.succeeds(), client.finish("stop_sequence"), client.stopSequence("###")],
      },
    ],
  },
  {
    id: "P016",
    title: "The model refuses",
    source: "own",
    answers: ["refusal"],
    steps: [
      {
        ask: hello,
        reply: { parts: [{ refusal: "I cannot help with that." }], stop: "refusal" },
        expect: [client.succeeds(), client.finish("refusal"), client.refusal("I cannot help with that.")],
      },
    ],
  },
  {
    id: "C034",
    title: "A tool must be called",
    source: "BF PR 6888",
    steps: [
      {
        ask: { ...askWeather, toolChoice: "required" },
        reply: { parts: [callWeather()], stop: "tool_calls" },
        expect: [client.succeeds(), vendor.toolChoice("required", ["tool_choice"])],
      },
    ],
  },
  {
    id: "P017",
    title: "One named tool must be called",
    source: "own",
    steps: [
      {
        ask: { ...askWeather, tools: [weather, clock], toolChoice: { named: "get_time" } },
        reply: {
          parts: [{ call: "c1", name: "get_time", arguments: '{"city":"Paris"}' }],
          stop: "tool_calls",
        },
        expect: [
          client.succeeds(),
          vendor.toolChoice({ named: "get_time" }, ["tool_choice"]),
          vendor.offers(["get_weather", "get_time"], ["tool_choice"]),
        ],
      },
    ],
  },
  {
    id: "P018",
    title: "No tool may be called",
    source: "own",
    steps: [
      {
        ask: { ...askWeather, toolChoice: "none" },
        reply: says("Sunny, I think."),
        expect: [client.succeeds(), vendor.toolChoice("none", ["tool_choice"])],
      },
    ],
  },
  {
    id: "C035",
    title: "Only some of the tools may be called",
    source: "BF#7348",
    asks: ["allowed-tools"],
    steps: [
      {
        ask: { ...askWeather, tools: [weather, clock], toolChoice: { allowed: ["get_time"] } },
        reply: says("It is late."),
        expect: [client.succeeds(), vendor.callable("get_time")],
      },
    ],
  },
  {
    id: "P019",
    title: "Parallel tool calls are switched off",
    source: "BF#7348",
    asks: ["parallel-switch"],
    answers: ["parallel-switch"],
    steps: [
      {
        ask: { ...askWeather, parallel: false },
        reply: { parts: [callWeather()], stop: "tool_calls" },
        expect: [client.succeeds(), vendor.parallel(false)],
      },
    ],
  },
  {
    id: "C037",
    title: "The limit goes by the name a reasoning model takes",
    source: "AG:llm/tests.rs",
    only: [{ wires: ["openai-chat"], why: "only Chat Completions has two names for it" }],
    upstream: "vendor",
    steps: [
      {
        ask: { ...hello, maxTokens: 300 },
        reply: says("Hello."),
        expect: [
          client.succeeds(),
          vendor.field("max_completion_tokens", 300),
          vendor.field("max_tokens", undefined),
        ],
      },
    ],
  },
  {
    id: "C038",
    title: "A temperature beyond the vendor's range is brought into it, and said, or refused",
    source: "EV:openai_gcpanthropic_test.go",
    only: [
      {
        wires: ["anthropic-messages", "bedrock-converse", "bedrock-invoke"],
        why: "its vendors take a temperature of 1.7",
      },
    ],
    asks: ["temperature-above-1"],
    steps: [
      {
        ask: { ...hello, temperature: 1.7 },
        reply: says("Hello."),
        expect: [
          client.statusIn(200, 400),
          vendor.temperature(1, ["temperature"]),
          gateway.namesLoss("temperature"),
        ],
      },
    ],
  },
  {
    id: "P020",
    title: "A temperature within the range arrives",
    source: "own",
    steps: [
      {
        ask: { ...hello, temperature: 0.3 },
        reply: says("Hello."),
        expect: [client.succeeds(), vendor.temperature(0.3)],
      },
    ],
  },
  {
    id: "C040",
    title: "A request without a limit, for a vendor that wants one",
    source: "EV: missing max tokens",
    asks: ["optional-max-tokens"],
    only: [{ wires: ["anthropic-messages", "bedrock-invoke"], why: "its vendors want no limit" }],
    steps: [
      {
        ask: { ...hello, maxTokens: "unset" },
        reply: says("Hello."),
        expect: [client.succeeds(), vendor.someMaxTokens()],
      },
    ],
  },
  {
    id: "C041",
    title: "Much reasoning within a small limit",
    source: "AG cap_thinking_budget; HI#3507",
    asks: ["effort"],
    steps: [
      {
        ask: { ...hello, effort: "high", maxTokens: 1500 },
        reply: says("Hello."),
        expect: [client.succeeds(), vendor.maxTokens(1500), vendor.reasons(["reasoning"])],
      },
    ],
  },
  {
    id: "P021",
    title: "An effort reaches a model that decides itself how long it thinks",
    source: "own",
    asks: ["effort"],
    upstream: "adaptive",
    steps: [
      {
        ask: { ...hello, effort: "medium", maxTokens: 2000 },
        reply: says("Hello."),
        expect: [client.succeeds(), vendor.effort("medium")],
      },
    ],
  },
  {
    id: "C043",
    title: "The answer must be JSON of a schema",
    source: "AG:llm/tests.rs, AG:bedrock_tests.rs (C044)",
    steps: [
      {
        ask: { messages: [user("Who are you? Answer in JSON.")], schema: person },
        reply: says('{"name":"Ada","tags":[]}'),
        expect: [
          client.succeeds(),
          client.text('{"name":"Ada","tags":[]}'),
          vendor.schema(person, ["response_format"]),
        ],
      },
    ],
  },
  {
    id: "C046",
    title: "The tier of service is forwarded, and the one served is told back",
    source: "BF PR 7837",
    asks: ["service-tier"],
    answers: ["service-tier"],
    steps: [
      {
        ask: { ...hello, serviceTier: "auto" },
        reply: says("Hello.", { serviceTier: "priority" }),
        expect: [
          client.succeeds(),
          vendor.serviceTier("auto", ["service_tier"]),
          client.serviceTier("priority"),
        ],
      },
    ],
  },
  {
    id: "P024",
    title: "A tier that most vendors know by one name is forwarded, and the one served is told back",
    source: "own",
    answers: ["service-tier"],
    only: [
      {
        surfaces: ["openai-chat", "openai-responses", "gemini"],
        why: "the tiers a Messages client may name are others: see C046",
      },
    ],
    steps: [
      {
        ask: { ...hello, serviceTier: "priority" },
        reply: says("Hello.", { serviceTier: "priority" }),
        expect: [
          client.succeeds(),
          vendor.serviceTier("priority", ["service_tier", "serviceTier"]),
          client.serviceTier("priority"),
        ],
      },
    ],
  },
  {
    id: "P028",
    title: "A tier that the vendor's requests have no field for is named as a loss",
    source: "own",
    only: [
      {
        surfaces: ["openai-chat", "openai-responses", "gemini"],
        why: "the tiers a Messages client may name are others: see C046",
      },
      { wires: ["bedrock-invoke", "ollama"], why: "its vendors take a tier: see P024" },
    ],
    steps: [
      {
        ask: { ...hello, serviceTier: "priority" },
        reply: says("Hello."),
        expect: [client.succeeds(), vendor.serviceTier("priority", ["service_tier", "serviceTier"])],
      },
    ],
  },
  {
    id: "C047",
    title: "An unknown field is forwarded between equal protocols",
    source: "AG README",
    only: [{ pair: "same", why: "another protocol cannot carry it: see P022" }],
    steps: [
      {
        ask: { ...hello, fields: { vendorOption: { deep: [1, 2.5, "é"] } } },
        reply: says("Hello.", { unchecked: true }),
        expect: [client.succeeds(), vendor.field("vendorOption", { deep: [1, 2.5, "é"] })],
      },
    ],
  },
  {
    id: "P022",
    title: "An unknown field that cannot be carried is named as a loss",
    source: "BF compat plugin logs",
    only: [{ pair: "different", why: "between equal protocols it is forwarded: see C047" }],
    steps: [
      {
        ask: { ...hello, fields: { vendorOption: 1 } },
        reply: says("Hello."),
        expect: [
          client.succeeds(),
          vendor.field("vendorOption", undefined),
          gateway.namesLoss("vendorOption"),
        ],
      },
    ],
  },
  {
    id: "P023",
    title: "A caller that refuses losses is told before the vendor is called",
    source: "own",
    only: [{ pair: "different", why: "between equal protocols nothing is lost" }],
    requires: "strict-mode",
    steps: [
      {
        ask: { ...hello, fields: { vendorOption: 1 }, http: { headers: { "x-penstock-strict": "true" } } },
        reply: says("Hello."),
        expect: [client.refused({ status: [400], naming: "vendorOption" }), vendor.called(0)],
      },
    ],
  },
];
