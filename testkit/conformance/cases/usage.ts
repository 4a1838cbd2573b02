import { client } from "../expect/client.ts";
import { gateway } from "../expect/gateway.ts";
import { vendor } from "../expect/vendor.ts";
import type { ConformanceCase } from "../model/conformance-case.ts";
import { hello, says } from "./common.ts";

const cached = { input: 100, cacheRead: 900, cacheWrite: 0, output: 50, reasoning: 0 };

/** Tokens, counted once each, to the client and to the books. */
export const usageCases: readonly ConformanceCase[] = [
  {
    id: "C097",
    title: "A client that did not ask for usage gets none; the books have it all the same",
    source: "LL#3792",
    modes: ["stream"],
    asks: ["usage-on-request"],
    requires: "ledger",
    steps: [
      {
        ask: { ...hello, includeUsage: false },
        reply: says("Hello."),
        expect: [
          client.succeeds(),
          client.noUsage(),
          gateway.books({ outcome: "completed" }),
          gateway.booksUsage({ input: 21, output: 17 }),
        ],
      },
    ],
  },
  {
    id: "P060",
    title: "The vendor is asked for usage although the client is not interested",
    source: "LL#3792, PK#691",
    modes: ["stream"],
    only: [{ wires: ["openai-chat"], why: "vendors of this wire always report usage" }],
    steps: [
      {
        ask: { ...hello, includeUsage: false },
        reply: says("Hello."),
        expect: [client.succeeds(), vendor.field("stream_options", { include_usage: true })],
      },
    ],
  },
  {
    id: "C098",
    title: "A client that asked for usage gets it once, at the end",
    source: "PK#1259",
    steps: [
      {
        ask: hello,
        reply: says("Hello."),
        expect: [client.succeeds(), client.usage({ input: 21, cacheRead: 0, output: 17 })],
      },
    ],
  },
  {
    id: "C101",
    title: "Cached tokens are counted once, in the dialect's own way",
    source: "LG#1857, LL#37485 (C100)",
    answers: ["cache-read-usage"],
    steps: [
      {
        ask: hello,
        reply: says("Hello.", { usage: cached }),
        expect: [client.succeeds(), client.usage({ input: 100, cacheRead: 900, output: 50 })],
      },
    ],
  },
  {
    id: "P061",
    title: "Tokens written to a cache are told",
    source: "own",
    asks: ["cache-write-usage"],
    answers: ["cache-write-usage"],
    steps: [
      {
        ask: hello,
        reply: says("Hello.", { usage: { ...cached, cacheRead: 300, cacheWrite: 600 } }),
        expect: [
          client.succeeds(),
          client.usage({ input: 100, cacheRead: 300, cacheWrite: 600, output: 50 }),
        ],
      },
    ],
  },
  {
    id: "P062",
    title: "Tokens of reasoning are told, as a share of the output",
    source: "AG usage tests",
    asks: ["reasoning-usage"],
    answers: ["reasoning-usage"],
    steps: [
      {
        ask: hello,
        reply: says("Hello.", { usage: { ...cached, reasoning: 30 } }),
        expect: [client.succeeds(), client.usage({ output: 50, reasoning: 30 })],
      },
    ],
  },
  {
    id: "P063",
    title: "The books hold the same buckets as the client was told",
    source: "LL#37485",
    answers: ["reasoning-usage"],
    requires: "ledger",
    steps: [
      {
        ask: hello,
        reply: says("Hello.", { usage: { ...cached, reasoning: 30 } }),
        expect: [
          client.succeeds(),
          gateway.books({ outcome: "completed", status: 200 }),
          gateway.booksUsage({ input: 100, cache_read: 900, output: 50, reasoning: 30 }),
        ],
      },
    ],
  },
  {
    id: "C103",
    title: "An answer that a limit cut is counted, to the client and in the books",
    source: "NA#7241",
    requires: "ledger",
    answers: ["cache-read-usage"],
    steps: [
      {
        ask: hello,
        reply: { parts: [{ text: "So far" }], stop: "max_tokens", usage: cached },
        expect: [
          client.succeeds(),
          client.finish("max_tokens"),
          client.usage({ input: 100, cacheRead: 900, output: 50 }),
          gateway.books({ outcome: "completed" }),
          gateway.booksUsage({ input: 100, cache_read: 900, output: 50 }),
        ],
      },
    ],
  },
  {
    id: "C106",
    title: "A client that leaves in the middle of a stream is in the books, with what was used until then",
    source: "NA#5289, NA#7062, NA#4168",
    modes: ["stream"],
    requires: "ledger",
    steps: [
      {
        ask: { ...hello, http: { hangUp: "mid-stream" } },
        reply: says("A long story begins ".repeat(20), { pace: { chunkBytes: 900, betweenMs: 200 } }),
        expect: [gateway.books({ outcome: "client_disconnected" }), gateway.estimatedOutput()],
        cuts: false,
      },
    ],
  },
];
