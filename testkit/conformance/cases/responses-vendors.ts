import { client } from "../expect/client.ts";
import { vendor } from "../expect/vendor.ts";
import type { ConformanceCase } from "../model/conformance-case.ts";
import { hello, says } from "./common.ts";

const sequenced = (events: readonly Readonly<Record<string, unknown>>[]) =>
  events.map((event, sequence_number) => ({ ...event, sequence_number }));

const response = (status: string, error: unknown = null) => ({
  id: "resp_conformance",
  object: "response",
  created_at: 1_789_478_598,
  status,
  error,
  incomplete_details: null,
  model: "gpt-5.1",
  output: [],
  usage: null,
});
const item = { id: "msg_1", type: "message", role: "assistant", status: "in_progress", content: [] };
const place = { item_id: "msg_1", output_index: 0, content_index: 0 };

/** What only vendors of the Responses API do. */
export const responsesVendorCases: readonly ConformanceCase[] = [
  {
    id: "C013",
    title: "A response that fails after content, and says so only of itself",
    source: "BF PR 6159",
    modes: ["stream"],
    only: [
      { wires: ["openai-responses"], why: "only Responses vendors report a failure as a response" },
      { pair: "different", why: "between equal protocols the vendor's own words are forwarded" },
    ],
    steps: [
      {
        ask: hello,
        reply: {
          raw: {
            "openai-responses": () => ({
              events: sequenced([
                { type: "response.created", response: response("in_progress") },
                { type: "response.output_item.added", output_index: 0, item },
                {
                  type: "response.content_part.added",
                  ...place,
                  part: { type: "output_text", text: "", annotations: [], logprobs: [] },
                },
                { type: "response.output_text.delta", ...place, delta: "I was about to", logprobs: [] },
                {
                  type: "response.failed",
                  response: response("failed", { code: "server_error", message: "Something went wrong." }),
                },
              ]),
              // What was said leaves before the failure follows.
              pace: { chunkBytes: 400, betweenMs: 40 },
            }),
          },
        },
        expect: [client.breaksOff("server_error"), client.text("I was about to")],
      },
    ],
  },
  {
    id: "P032",
    title: "A vendor that keeps nothing is asked for its reasoning, so that it can be sent back",
    source: "own; the class of BF#5186",
    only: [
      { wires: ["openai-responses"], why: "vendors of this wire send it unasked" },
      { pair: "different", why: "a Responses client asks for it itself" },
    ],
    steps: [
      {
        ask: { ...hello, maxTokens: 4000, effort: "low" },
        reply: says("Hello."),
        expect: [
          client.succeeds(),
          vendor.field("store", false),
          vendor.field("include", ["reasoning.encrypted_content"]),
        ],
      },
    ],
  },
];
