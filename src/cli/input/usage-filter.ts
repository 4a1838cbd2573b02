import { usageError } from "../cli-error.ts";

/** Options that choose requests of the ledger. */
export const usageFilterArgs = {
  from: {
    type: "string",
    valueHint: "TIME",
    description: "This time or later: 2030-01-31, or 2030-01-31T00:00:00Z",
  },
  to: { type: "string", valueHint: "TIME", description: "Before this time" },
  "of-key": { type: "string", valueHint: "KEY", description: "Calls with this key: its id or name" },
  provider: { type: "string", valueHint: "NAME", description: "Calls of this provider: its name or id" },
  model: { type: "string", valueHint: "ID", description: "Calls of this model, by its id at the vendor" },
  surface: { type: "string", valueHint: "ID", description: "Calls by this protocol, e.g. openai-chat" },
  outcome: {
    type: "string",
    valueHint: "OUTCOME",
    description: "completed, failed or client_disconnected",
  },
  route: { type: "string", valueHint: "NAME", description: "Calls that this route chose the model for" },
  agent: { type: "string", valueHint: "NAME", description: "Calls with this agent's keys" },
  "agent-role": { type: "string", valueHint: "NAME", description: "Calls in this role of an agent" },
} as const;

type UsageFilter = { readonly [Name in keyof typeof usageFilterArgs]?: string | undefined };

/** The same as a query of the API. Throws when a time is none. */
export function toUsageFilter(args: UsageFilter) {
  const { from, to, provider, model, surface, outcome, route, agent } = args;
  return {
    ...{ provider, model, surface, outcome, key: args["of-key"] },
    ...{ route, agent, agent_role: args["agent-role"] },
    from: toTime("--from", from),
    to: toTime("--to", to),
  };
}

/** A day is the day in UTC, as all sums are. */
function toTime(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const zoned = /^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(zoned)) throw usageError(`${option} must be a day or a time such as 2030-01-31T00:00:00Z`);
  return new Date(zoned).toISOString();
}
