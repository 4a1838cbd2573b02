import { applicationProfileArn } from "../../mocks/bedrock/models.ts";
import { client } from "../expect/client.ts";
import { vendor } from "../expect/vendor.ts";
import type { ConformanceCase, Only } from "../model/conformance-case.ts";
import { hello, says } from "./common.ts";

const ofConverse: Only = { wires: ["bedrock-converse"], why: "only Bedrock has this" };

/** What only Bedrock does. */
export const bedrockVendorCases: readonly ConformanceCase[] = [
  {
    id: "C142",
    title: "An ARN with slashes and colons is a model like any other",
    source: "EV:openai_awsbedrock_test.go",
    only: [ofConverse],
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
    only: [ofConverse],
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
];
