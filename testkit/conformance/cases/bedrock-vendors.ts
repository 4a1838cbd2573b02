import { frameMessages, type StreamMessage } from "../../mocks/bedrock/event-stream.ts";
import { applicationProfileArn } from "../../mocks/bedrock/models.ts";
import type { ScriptedReply } from "../../mocks/shared/scripted-reply.ts";
import { client } from "../expect/client.ts";
import { vendor } from "../expect/vendor.ts";
import type { CaseId, ConformanceCase, Only } from "../model/conformance-case.ts";
import type { ScriptFault } from "../model/script.ts";
import { streamBytes } from "../run/play-script.ts";
import { converseWire } from "../wires/bedrock-converse.ts";
import { invokeWire } from "../wires/bedrock-invoke.ts";
import type { WireAdapter } from "../wires/wire.ts";
import { hello, says } from "./common.ts";

const ofBedrock: Only = { wires: ["bedrock-converse", "bedrock-invoke"], why: "only Bedrock has this" };

const partial = "I was about to";

/** The frames of an answer that broke off after its content, followed by `rest`, which leaves later. */
function brokenOff(rest: Uint8Array) {
  const reply = (wire: WireAdapter) => (): ScriptedReply => {
    const said = streamBytes(says(partial, { ending: "dropped" }), wire);
    return {
      body: Buffer.concat([said, rest]),
      headers: { "content-type": wire.contentType },
      pace: { cutAt: [said.length], betweenMs: 40 },
    };
  };
  return { raw: { "bedrock-converse": reply(converseWire), "bedrock-invoke": reply(invokeWire) } };
}

const exceptions: readonly (readonly [CaseId, ScriptFault, StreamMessage])[] = [
  [
    "P120",
    "server_error",
    ["modelStreamErrorException", { message: "no", originalStatusCode: 500, originalMessage: "no" }],
  ],
  ["P121", "rate_limited", ["throttlingException", { message: "Too many tokens, please wait." }]],
  ["P122", "server_error", ["internalServerException", { message: "The system failed." }]],
];

/** A frame whose last byte, a part of its checksum, was changed on the way. */
function damagedFrame(): Uint8Array {
  const frame = Uint8Array.from(frameMessages([["contentBlockStop", { contentBlockIndex: 0 }]]));
  frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 0xff;
  return frame;
}

/** What only Bedrock does. */
export const bedrockVendorCases: readonly ConformanceCase[] = [
  {
    id: "C142",
    title: "An ARN with slashes and colons is a model like any other",
    source: "EV:openai_awsbedrock_test.go",
    only: [
      { wires: ["bedrock-converse"], why: "an ARN says not whose model it is: it is asked by Converse" },
    ],
    upstream: "profile",
    steps: [
      {
        ask: hello,
        reply: says("Hello."),
        expect: [client.succeeds(), client.text("Hello."), vendor.model(applicationProfileArn)],
      },
    ],
  },
  {
    id: "C086",
    title: "An image at an address of the cloud's own machinery is refused, and the vendor is not called",
    source: "LL#5763, LL#24952",
    only: [ofBedrock],
    steps: [
      {
        ask: {
          messages: [
            {
              role: "user",
              parts: [{ text: "What is it?" }, { imageUrl: "http://169.254.169.254/latest/meta-data/a.png" }],
            },
          ],
        },
        reply: says("A secret."),
        expect: [client.refused({ status: [400, 403] }), vendor.called(0)],
      },
    ],
  },
  ...exceptions.map(
    ([id, fault, exception]): ConformanceCase => ({
      id,
      title: `The exception ${exception[0]} after some content`,
      source: "own",
      modes: ["stream"],
      only: [ofBedrock],
      steps: [
        {
          ask: hello,
          reply: brokenOff(frameMessages([exception], "exception")),
          expect: [client.breaksOff(fault), client.text(partial)],
        },
      ],
    }),
  ),
  {
    id: "P123",
    title: "A frame whose checksum is wrong ends the answer by an error",
    source: "AG:bedrock_tests.rs",
    modes: ["stream"],
    only: [ofBedrock],
    steps: [
      {
        ask: hello,
        reply: brokenOff(damagedFrame()),
        expect: [client.breaksOff("server_error"), client.text(partial)],
      },
    ],
  },
];
