import { toUsageFilter, usageFilterArgs } from "./usage-filter.ts";

/** Options of commands that sum up the ledger. */
export const sumArgs = {
  by: {
    type: "string",
    valueHint: "WHAT",
    description:
      "Of provider, model, key, surface, outcome, route, agent, agent_role, hour, day, month, with commas between",
  },
  interval: { type: "string", valueHint: "TIME", description: "hour, day or month" },
  sort: {
    type: "string",
    valueHint: "ORDER",
    description: "group, cost_usd or requests; -cost_usd: the most first",
  },
  csv: { type: "boolean", description: "Print CSV instead of text" },
  ...usageFilterArgs,
} as const;

type SumFlags = Parameters<typeof toUsageFilter>[0] & {
  readonly by?: string | undefined;
  readonly interval?: string | undefined;
  readonly sort?: string | undefined;
};

/** The same as a query of the API. */
export function toSumQuery(args: SumFlags) {
  return { ...toUsageFilter(args), group_by: args.by, interval: args.interval, sort: args.sort };
}
