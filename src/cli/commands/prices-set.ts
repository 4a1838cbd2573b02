import type { PriceBody } from "../../api/schemas/price-override.ts";
import { ApiClient } from "../api-client.ts";
import { defineCliCommand } from "../cli-command.ts";
import { usageError } from "../cli-error.ts";
import { connectAdmin, connectionArgs } from "../connection.ts";
import { print, printJson } from "../output/terminal.ts";

const dollars = { type: "string", valueHint: "USD" } as const;
const setArgs = {
  model: {
    type: "positional",
    required: true,
    description: "The vendor's id of the model; * for any characters",
  },
  provider: { type: "string", valueHint: "NAME", description: "At this provider only" },
  input: { ...dollars, description: "A million tokens of input" },
  output: { ...dollars, description: "A million tokens of output" },
  "cache-read": { ...dollars, description: "A million tokens read from a cache" },
  "cache-write": { ...dollars, description: "A million tokens written to a cache" },
  from: {
    type: "string",
    valueHint: "TIME",
    description: "From then on, e.g. 2030-01-31T00:00:00Z; now unless told",
  },
  ...connectionArgs,
} as const;

/** Says what a model costs: a new price, or a new version of the one there is. */
export const pricesSetCommand = defineCliCommand({
  summary: "Say what a model costs, in USD per million tokens",
  args: setArgs,
  examples: [
    "penstock prices set gpt-4o --input 2 --output 8 --cache-read 1",
    "penstock prices set 'llama-*' --provider lab --input 0.1 --output 0.1",
  ],
  async run({ args }) {
    const tier = {
      input: price("--input", args.input),
      output: price("--output", args.output),
      ...(args["cache-read"] !== undefined && { cache_read: price("--cache-read", args["cache-read"]) }),
      ...(args["cache-write"] !== undefined && {
        cache_write_5m: price("--cache-write", args["cache-write"]),
      }),
    };
    const api = new ApiClient(await connectAdmin(args));
    const { model, provider } = args;
    const known = (await api.list<PriceBody>("/prices")).find(
      (each) => each.model === model && (each.provider ?? undefined) === provider,
    );
    const body = { tiers: [tier], ...(args.from !== undefined && { effective_from: args.from }) };
    const set =
      known === undefined
        ? await api.call<PriceBody>("/prices", {
            method: "POST",
            body: { ...body, model, ...(provider && { provider }) },
          })
        : await api.call<PriceBody>(`/prices/${known.id}`, { method: "PATCH", body });
    if (args.json) printJson(set);
    else print(`${set.model}: version ${set.versions} of ${set.id}`);
  },
});

function price(option: string, text: string | undefined): number {
  const value = Number(text);
  if (text !== undefined && text.trim() !== "" && value >= 0) return value;
  throw usageError(`${option} must be an amount in USD per million tokens`);
}
