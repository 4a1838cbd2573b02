import { client } from "../expect/client.ts";
import { gateway } from "../expect/gateway.ts";
import { vendor } from "../expect/vendor.ts";
import type { ConformanceCase } from "../model/conformance-case.ts";
import { hello, says } from "./common.ts";

const foreignKey = "sk-foreign-0123456789abcdef0123456789";

const keyHeaders = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

/** Keys, addresses and bodies from people who mean no good, or make mistakes. */
export const securityCases: readonly ConformanceCase[] = [
  {
    id: "C133",
    title: "An address in the body is never called",
    source: "LL#5418, LL#37053",
    steps: [
      {
        ask: {
          ...hello,
          fields: {
            api_base: "{trap}",
            base_url: "{trap}/v1",
            extra_body: { api_base: "{trap}" },
            litellm_params: { api_base: "{trap}" },
          },
        },
        reply: says("Hello."),
        expect: [gateway.callsNobodyElse(), client.statusIn(200, 400)],
      },
    ],
  },
  {
    id: "C136",
    title: "A foreign key is refused, and not repeated",
    source: "LL#25203",
    steps: [
      {
        ask: { ...hello, http: { key: foreignKey } },
        expect: [client.refused({ status: [401] }), client.rawLacks(foreignKey, "the key"), vendor.called(0)],
      },
    ],
  },
  {
    id: "P090",
    title: "A vendor that repeats its credential in an error does not give it away",
    source: "LL#18902",
    steps: [
      {
        ask: hello,
        reply: ({ headers }) => ({
          fault: "invalid",
          message: `Bad request with ${keyHeaders.map((name) => headers.get(name) ?? "").join(" ")}`,
        }),
        // That no credential shows is checked after every exchange.
        expect: [client.refused({ status: [400] })],
      },
    ],
  },
  {
    id: "P091",
    title: "An unknown model is refused by its name",
    source: "own",
    steps: [
      {
        ask: { ...hello, http: { model: "no-such-model-1" } },
        expect: [client.refused({ status: [404, 400], naming: "no-such-model-1" }), vendor.called(0)],
      },
    ],
  },
  {
    id: "P092",
    title: "A body that is not JSON is refused",
    source: "own",
    modes: ["whole"],
    steps: [
      {
        ask: { ...hello, http: { body: '{"model": "x", ' } },
        expect: [client.refused({ status: [400] }), vendor.called(0)],
      },
    ],
  },
  {
    id: "P093",
    title: "A field of the wrong type is refused by its name",
    source: "own",
    steps: [
      {
        ask: { ...hello, temperature: "warm" },
        expect: [client.refused({ status: [400, 422], naming: "temperature" })],
      },
    ],
  },
];
