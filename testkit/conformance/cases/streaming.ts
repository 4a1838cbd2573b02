import { client } from "../expect/client.ts";
import { user } from "../model/ask.ts";
import type { ConformanceCase } from "../model/conformance-case.ts";
import { askWeather, callWeather, clock, hello, says, weather } from "./common.ts";

const brittle = '{"path":"C:\\\\tmp\\\\naïve 🙂\\u00e9","quote":"\\"","line":"a\\nb"}';

/** Event grammar, and what breaks tool calls on their way through a stream. */
export const streamingCases: readonly ConformanceCase[] = [
  {
    id: "C001",
    title: "Thinking, text and a tool call in one answer",
    source: "LL#36262",
    answers: ["thinking"],
    steps: [
      {
        ask: { ...askWeather, maxTokens: 4000, effort: "low" },
        reply: {
          parts: [{ thinking: "The user wants Paris." }, { text: "I will look." }, callWeather()],
          stop: "tool_calls",
        },
        expect: [
          client.succeeds(),
          client.thinking("The user wants Paris."),
          client.text("I will look."),
          client.calls({ id: "call_weather_1", name: "get_weather", input: { city: "Paris" } }),
          client.finish("tool_calls"),
        ],
      },
    ],
  },
  {
    id: "C004",
    title: "A tool call in 50 fragments, cut within escapes and characters",
    source: "LL#29491",
    modes: ["stream"],
    answers: ["argument-fragments"],
    steps: [
      {
        ask: { ...askWeather },
        reply: {
          parts: [{ call: "call_1", name: "get_weather", arguments: brittle, fragments: 50 }],
          stop: "tool_calls",
          pace: { chunkBytes: 61 },
        },
        expect: [client.succeeds(), client.argumentsExactly(0, brittle), client.finish("tool_calls")],
      },
    ],
  },
  {
    id: "C005",
    title: "Two parallel calls whose fragments interleave",
    source: "LL#15307",
    modes: ["stream"],
    answers: ["interleaved-calls"],
    steps: [
      {
        ask: { ...askWeather, tools: [weather, clock] },
        reply: {
          parts: [
            callWeather("Paris", "call_a"),
            { call: "call_b", name: "get_time", arguments: '{"city":"Oslo"}' },
          ],
          stop: "tool_calls",
          interleave: true,
        },
        expect: [
          client.succeeds(),
          client.calls(
            { id: "call_a", name: "get_weather", input: { city: "Paris" } },
            { id: "call_b", name: "get_time", input: { city: "Oslo" } },
          ),
          client.finish("tool_calls"),
        ],
      },
    ],
  },
  {
    id: "P001",
    title: "Three parallel calls, one without arguments, keep their order and ids",
    source: "own",
    steps: [
      {
        ask: { ...askWeather, tools: [weather, clock] },
        reply: {
          parts: [
            callWeather("Paris", "call_a"),
            { call: "call_b", name: "get_time", arguments: "{}" },
            callWeather("Rome", "call_c"),
          ],
          stop: "tool_calls",
        },
        expect: [
          client.succeeds(),
          client.calls(
            { name: "get_weather", input: { city: "Paris" } },
            { name: "get_time", input: {} },
            { name: "get_weather", input: { city: "Rome" } },
          ),
          client.distinctCallIds(),
        ],
      },
    ],
  },
  {
    id: "C008",
    title: "The first fragment of a call has no id, a later one has it",
    source: "LL#11528",
    modes: ["stream"],
    only: [
      {
        wires: ["openai-chat"],
        why: "only Chat Completions servers send calls in fragments with ids of their own",
      },
      { pair: "different", why: "between equal protocols the vendor's own bytes are forwarded" },
    ],
    steps: [
      {
        ask: askWeather,
        reply: {
          raw: {
            "openai-chat": () => ({
              events: [
                chunk({ role: "assistant", content: null }),
                chunk({
                  tool_calls: [
                    { index: 0, type: "function", function: { name: "get_weather", arguments: "" } },
                  ],
                }),
                chunk({ tool_calls: [{ index: 0, id: "call_late", function: { arguments: '{"city":' } }] }),
                chunk({ tool_calls: [{ index: 0, function: { arguments: '"Paris"}' } }] }),
                chunk({}, "tool_calls"),
                "[DONE]",
              ],
            }),
          },
        },
        expect: [
          client.succeeds(),
          client.calls({ name: "get_weather", input: { city: "Paris" } }),
          client.distinctCallIds(),
          client.finish("tool_calls"),
        ],
      },
    ],
  },
  {
    id: "C016",
    title: "After the finish reason the vendor sends heartbeats only, and never its end mark",
    source: "BF PR 6948",
    modes: ["stream"],
    answers: ["sse", "end-mark"],
    steps: [
      {
        ask: hello,
        reply: says("All was said.", { ending: "heartbeats" }),
        expect: [client.succeeds(), client.text("All was said."), client.finish("end")],
        cuts: false,
      },
    ],
  },
  {
    id: "C017",
    title: "The vendor closes after the finish reason without its end mark",
    source: "BF does_not_send_done_marker",
    modes: ["stream"],
    answers: ["end-mark"],
    steps: [
      {
        ask: hello,
        reply: says("All was said.", { ending: "no-end-mark" }),
        expect: [client.succeeds(), client.text("All was said."), client.finish("end")],
      },
    ],
  },
  {
    id: "C019",
    title: "The vendor fails after some content",
    source: "AG:bedrock_tests.rs",
    modes: ["stream"],
    steps: [
      {
        ask: hello,
        reply: says("I was about to", { ending: { fault: "server_error" } }),
        expect: [client.breaksOff("server_error"), client.text("I was about to")],
      },
    ],
  },
  {
    id: "C020",
    title: "A stream of every kind of content, cut at every byte",
    source: "AG:parse tests; EV:openai_awsbedrock_test.go",
    modes: ["stream"],
    answers: ["thinking"],
    steps: [
      {
        ask: { ...askWeather, tools: [weather, clock], maxTokens: 4000, effort: "low" },
        reply: {
          parts: [
            { thinking: "Überlegung 🙂: \u2028 first the weather, then the time." },
            { text: "Ich schaue nach — «sofort».\n\n" },
            callWeather("Zürich"),
            { call: "call_2", name: "get_time", arguments: '{"city":"Zürich 🙂"}' },
          ],
          stop: "tool_calls",
          usage: { input: 42, cacheRead: 0, cacheWrite: 0, output: 40, reasoning: 9 },
        },
        expect: [
          client.succeeds(),
          client.text("Ich schaue nach — «sofort».\n\n"),
          client.calls(
            { name: "get_weather", input: { city: "Zürich" } },
            { name: "get_time", input: { city: "Zürich 🙂" } },
          ),
          client.usage({ input: 42, output: 40 }),
        ],
      },
    ],
  },
  ...(
    [
      ["C022", "comments"],
      ["P002", "crlf"],
      ["P003", "split-data"],
    ] as const
  ).map(
    ([id, dress]): ConformanceCase => ({
      id,
      title: {
        comments: "Comment lines between events are ignored",
        crlf: "Lines of the stream end in CR LF",
        "split-data": "Payloads are spread over several data lines",
      }[dress],
      source: "AG:parse_tests.rs",
      modes: ["stream"],
      answers: ["sse"],
      steps: [
        {
          ask: hello,
          reply: says("Spelled otherwise.", { dress }),
          expect: [client.succeeds(), client.text("Spelled otherwise."), client.finish("end")],
        },
      ],
    }),
  ),
  {
    id: "C023",
    title: "The last event is cut in its middle",
    source: "AG:parse_tests.rs",
    modes: ["stream"],
    steps: [
      {
        ask: hello,
        reply: says("This is not all", { ending: "truncated" }),
        expect: [client.breaksOff("server_error"), client.text("This is not all")],
      },
    ],
  },
  {
    id: "P004",
    title: "The vendor's connection breaks after content",
    source: "own",
    modes: ["stream"],
    steps: [
      {
        ask: hello,
        reply: says("This is not all", { ending: "dropped" }),
        expect: [client.breaksOff("server_error"), client.text("This is not all")],
      },
    ],
  },
  {
    id: "C025",
    title: "One malformed event among good ones, forwarded between equal protocols",
    source: "AG:vertex_gemini_tests.rs",
    modes: ["stream"],
    only: [{ pair: "same", why: "a translator cannot tell what the event would have said: see P005" }],
    answers: ["sse"],
    steps: [
      {
        ask: hello,
        reply: says("Good all the same.", { dress: "malformed-event" }),
        expect: [
          client.statusIn(200),
          client.rawIncludes('{"half an event'),
          client.text("Good all the same."),
        ],
        lenient: true,
      },
    ],
  },
  {
    id: "P005",
    title: "One malformed event among good ones, translated: an error, and no false end",
    source: "own",
    modes: ["stream"],
    only: [{ pair: "different", why: "between equal protocols the event is forwarded: see C025" }],
    answers: ["sse"],
    steps: [
      {
        ask: hello,
        reply: says("Good all the same.", { dress: "malformed-event" }),
        expect: [client.refusedOrBrokenOff()],
      },
    ],
  },
  {
    id: "C026",
    title: "A stream is asked for, the vendor answers with one JSON body",
    source: "AG:tests/response/detect/non-json",
    modes: ["stream"],
    steps: [
      {
        ask: askWeather,
        reply: { parts: [{ text: "At once." }, callWeather()], stop: "tool_calls", whole: true },
        expect: [
          client.succeeds(),
          client.text("At once."),
          client.calls({ name: "get_weather", input: { city: "Paris" } }),
          client.finish("tool_calls"),
        ],
      },
    ],
  },
  {
    id: "P006",
    title: "Characters that break naive parsers arrive as they were sent",
    source: "own",
    steps: [
      {
        ask: { messages: [user("Say \u2028 and 👩‍👩‍👧 and \u0000 back")] },
        reply: says('line\u2028para\u2029 👩‍👩‍👧 tab\t "quoted" \\ back data: [DONE] event: error'),
        expect: [
          client.succeeds(),
          client.text('line\u2028para\u2029 👩‍👩‍👧 tab\t "quoted" \\ back data: [DONE] event: error'),
        ],
      },
    ],
  },
  {
    id: "P007",
    title: "An answer that holds nothing at all",
    source: "own",
    steps: [
      {
        ask: hello,
        reply: { parts: [], stop: "end" },
        expect: [client.succeeds(), client.text(""), client.finish("end")],
      },
    ],
  },
];

function chunk(delta: unknown, finish: string | null = null): unknown {
  return {
    id: "chatcmpl-conformance",
    object: "chat.completion.chunk",
    created: 1_789_478_598,
    model: "deepseek-reasoner",
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}
