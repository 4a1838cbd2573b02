import type { ScriptedReply } from "../../mocks/shared/scripted-reply.ts";
import { client } from "../expect/client.ts";
import { vendor } from "../expect/vendor.ts";
import type { CaseId, ConformanceCase } from "../model/conformance-case.ts";
import type { WireId } from "../model/ids.ts";
import type { ScriptFault } from "../model/script.ts";
import { hello, says } from "./common.ts";

/** The same reply whatever the wire: what stands between us and a vendor speaks no dialect. */
function onEveryWire(reply: ScriptedReply) {
  const ids: readonly WireId[] = [
    "openai-chat",
    "openai-responses",
    "anthropic-messages",
    "gemini",
    "bedrock-converse",
    "bedrock-invoke",
    "ollama",
  ];
  return { raw: Object.fromEntries(ids.map((id) => [id, () => reply])) };
}

const faults: readonly (readonly [CaseId, ScriptFault, string])[] = [
  ["P070", "invalid", "The vendor refuses the request"],
  ["P071", "authentication", "The vendor refuses the gateway's credential"],
  ["P072", "context_exceeded", "The conversation is too long for the model"],
  ["P073", "quota", "The account at the vendor is empty"],
  ["P074", "server_error", "The vendor fails"],
  ["P075", "overloaded", "The vendor is overloaded"],
];

const inStream: readonly (readonly [CaseId, ScriptFault])[] = [
  ["C119", "rate_limited"],
  ["P076", "overloaded"],
  ["P077", "server_error"],
];

/** Failures of vendors, and clients that leave. */
export const reliabilityCases: readonly ConformanceCase[] = [
  ...faults.map(
    ([id, fault, title]): ConformanceCase => ({
      id,
      title: `${title}, before the answer begins`,
      source: "EV#2546",
      steps: [{ ask: hello, reply: { fault }, expect: [client.fails(fault)] }],
    }),
  ),
  {
    id: "P078",
    title: "What the vendor says of a wrong request is told to the client",
    source: "own",
    steps: [
      {
        ask: hello,
        reply: { fault: "invalid", message: "temperature: must be at most 2" },
        expect: [client.refused({ status: [400], naming: "must be at most 2" })],
      },
    ],
  },
  ...inStream.map(
    ([id, fault]): ConformanceCase => ({
      id,
      title: `A stream with status 200 begins with the error ${fault}: nothing was sent, so the status is still free`,
      source: "LL#25492, LL#32237",
      ...(fault !== "server_error" && { answers: ["typed-stream-errors"] as const }),
      modes: ["stream"],
      steps: [{ ask: hello, reply: { fault, inStream: true }, expect: [client.fails(fault)] }],
    }),
  ),
  {
    id: "C115",
    title: "A rate limit keeps the vendor's retry-after",
    source: "LL#27823",
    steps: [
      {
        ask: hello,
        reply: { fault: "rate_limited", headers: { "retry-after": "7" } },
        expect: [client.fails("rate_limited"), client.header("retry-after", "7")],
      },
    ],
  },
  {
    id: "C116",
    title: "The vendor's rate-limit headers reach the client, with an error and with an answer",
    source: "LL#37754",
    only: [{ wires: ["anthropic-messages"], why: "these headers are of Messages vendors" }],
    steps: [
      {
        ask: hello,
        reply: {
          fault: "rate_limited",
          headers: { "retry-after": "7", "anthropic-ratelimit-unified-status": "rejected" },
        },
        expect: [
          client.fails("rate_limited"),
          client.header("anthropic-ratelimit-unified-status", "rejected"),
        ],
      },
      {
        ask: hello,
        reply: says("Hi.", { headers: { "anthropic-ratelimit-requests-remaining": "41" } }),
        expect: [client.succeeds(), client.header("anthropic-ratelimit-requests-remaining", "41")],
      },
    ],
  },
  {
    id: "C113",
    title:
      "While a vendor is silent before its first byte, signs of life come in every interval, then the answer",
    source: "LL#37322",
    modes: ["stream"],
    requires: "keepalives",
    only: [{ wires: ["openai-chat"], why: "silence is the same on every wire: it is judged on one" }],
    steps: [
      {
        ask: hello,
        reply: says("Sorry for being late."),
        silentFor: 2.7,
        cuts: false,
        expect: [
          client.succeeds(),
          client.keptAlive(),
          client.text("Sorry for being late."),
          client.finish("end"),
        ],
      },
    ],
  },
  {
    id: "C121",
    title: "A rate limit after content: one error event with its meaning kept, and no text twice",
    source: "LL#32835, LL#22218",
    answers: ["typed-stream-errors"],
    modes: ["stream"],
    steps: [
      {
        ask: hello,
        reply: says("I was about to", { ending: { fault: "rate_limited" } }),
        expect: [client.breaksOff("rate_limited"), client.text("I was about to")],
      },
    ],
  },
  {
    id: "C122",
    title: "A proxy before the vendor answers 502 in HTML",
    source: "EV:anthropic_openai_test.go",
    steps: [
      {
        ask: hello,
        reply: onEveryWire({ status: 502, body: "<html><head><title>502 Bad Gateway</title></head></html>" }),
        expect: [client.fails("server_error"), client.rawLacks("<html>", "a page of HTML")],
      },
    ],
  },
  {
    id: "P079",
    title: "An error with an empty body",
    source: "EV:anthropic_openai_test.go",
    steps: [
      { ask: hello, reply: onEveryWire({ status: 500, body: "" }), expect: [client.fails("server_error")] },
    ],
  },
  {
    id: "P080",
    title: "An error whose code is a number",
    source: "EV:anthropic_openai_test.go",
    steps: [
      {
        ask: hello,
        reply: onEveryWire({ status: 429, json: { error: { code: 429, message: "Slow down." } } }),
        expect: [client.fails("rate_limited")],
      },
    ],
  },
  {
    id: "P081",
    title: "A success that is not the vendor's protocol at all",
    source: "own",
    steps: [
      {
        ask: hello,
        reply: onEveryWire({ status: 200, body: "<html>Log in to the Wi-Fi</html>" }),
        expect: [client.fails("server_error"), client.rawLacks("<html>", "a page of HTML")],
      },
    ],
  },
  {
    id: "P082",
    title: "A stream that ends before it began",
    source: "own",
    modes: ["stream"],
    answers: ["sse"],
    steps: [
      {
        ask: hello,
        reply: onEveryWire({ body: "", headers: { "content-type": "text/event-stream" } }),
        expect: [client.fails("server_error")],
      },
    ],
  },
  {
    id: "C109",
    title: "The client leaves before the first byte: the vendor's call is aborted",
    source: "LL#31499, LL#36123 (C112)",
    steps: [
      {
        ask: { ...hello, http: { hangUp: "before-answer" } },
        reply: says("Too late.", { pace: { delayMs: 3000 } }),
        expect: [vendor.abortedWithin(100)],
        cuts: false,
      },
    ],
  },
  {
    id: "C110",
    title: "The client leaves in the middle of a stream: the vendor's call is aborted",
    source: "LL#30245, LL#36123 (C112)",
    modes: ["stream"],
    steps: [
      {
        ask: { ...hello, http: { hangUp: "mid-stream" } },
        reply: says("A long story begins ".repeat(20), { pace: { chunkBytes: 900, betweenMs: 300 } }),
        expect: [vendor.abortedWithin(100)],
        cuts: false,
      },
    ],
  },
];
