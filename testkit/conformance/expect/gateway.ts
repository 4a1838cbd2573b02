import type { Assertion, Exchange } from "../model/exchange.ts";
import { object } from "../model/json.ts";
import { difference } from "./same.ts";

/** Losses must be named: some field that contains one of these words stands in the loss header. */
function namesLoss(...fields: readonly string[]): Assertion {
  return {
    name: `gateway: names the loss of ${fields.join(" or ")}`,
    check(exchange) {
      const header = lossesOf(exchange);
      return fields.some((field) => header.includes(field)) ? undefined : `losses were: ${header || "none"}`;
    },
  };
}

/** Nothing the gateway was told by a request's body made it call an address of the caller's choice. */
function callsNobodyElse(): Assertion {
  return {
    name: "gateway: calls no address of the caller's choice",
    check: ({ trapped }) => (trapped === 0 ? undefined : `it called it ${trapped} times`),
  };
}

function books(wanted: Readonly<Record<string, unknown>>): Assertion {
  return {
    name: `gateway: the ledger says ${JSON.stringify(wanted)}`,
    check: ({ ledger }) =>
      ledger === undefined
        ? "there is no row"
        : difference(Object.fromEntries(Object.keys(wanted).map((key) => [key, ledger[key]])), wanted),
  };
}

/** Buckets of usage in the ledger's row. */
function booksUsage(wanted: Readonly<Record<string, number>>): Assertion {
  return {
    name: `gateway: the ledger counts ${JSON.stringify(wanted)}`,
    check({ ledger }) {
      const usage = object(ledger?.usage);
      return difference(Object.fromEntries(Object.keys(wanted).map((key) => [key, usage[key]])), wanted);
    },
  };
}

/** The output of an answer that was not heard to its end is counted, and marked as an estimate. */
function estimatedOutput(): Assertion {
  return {
    name: "gateway: the ledger estimates the output until then",
    check({ ledger }) {
      const { output, estimated } = object(ledger?.usage);
      return typeof output === "number" && output > 0 && estimated === true
        ? undefined
        : `output was ${String(output)}, estimated ${String(estimated)}`;
    },
  };
}

/** What the gateway says and does besides the answer. */
export const gateway = { namesLoss, callsNobodyElse, books, booksUsage, estimatedOutput };

/** The loss header's text; empty when the answer has none. */
export function lossesOf({ answer, lossHeader }: Exchange): string {
  return answer.headers.get(lossHeader) ?? "";
}

/** Holds after every exchange, whatever the case. */
export const always: readonly Assertion[] = [
  {
    name: "gateway: shows no credential",
    check({ answer, vendorSecrets }) {
      const said = [answer.raw, ...answer.headers.values()];
      const shown = vendorSecrets.some((secret) => said.some((text) => text.includes(secret)));
      return shown ? "the vendor's credential is in the answer" : undefined;
    },
  },
];

/** Holds after every exchange whose vendor kept to its own protocol. */
export const wellFormed: Assertion = {
  name: "client: the answer keeps to its dialect's grammar",
  check: ({ answer: { violations } }) =>
    violations.length === 0 ? undefined : violations.slice(0, 3).join("; "),
};
